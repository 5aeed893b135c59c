"""What happens around the fibres, slowly: pressure, blood, oxygen, energy, ions, strain."""
