"""The episode in memory (``model``) and in its file (``writer``, ``reader``); NumPy and h5py."""
