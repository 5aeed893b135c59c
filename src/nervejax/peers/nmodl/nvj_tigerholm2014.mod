TITLE Unmyelinated axon with four concentrations: 17 gates, pump, balanced leak

COMMENT
Tigerholm et al. 2014, doi:10.1152/jn.00777.2012. Gates: x' = (inf - x)/tau. The four concentrations
[mM] are states here, with a shell of 0.029 um outside; NEURON's ion machinery is not used. The leak
of each ion is balanced in INITIAL, at the potential and concentrations of that moment.
ENDCOMMENT

NEURON {
    SUFFIX nvj_tigerholm2014
    NONSPECIFIC_CURRENT i
    RANGE ina, ik, gnaleak, gkleak, inapump, ikpump, ena, ek
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
    (mM) = (milli/liter)
    (um) = (micron)
}

PARAMETER {
    g17 = 0.10664 (S/cm2)      : Nav1.7
    g18 = 0.24271 (S/cm2)      : Nav1.8
    g19 = 9.4779e-5 (S/cm2)    : Nav1.9
    gkdr = 0.018002 (S/cm2)
    gka = 0.012756 (S/cm2)
    gkm = 0.0069733 (S/cm2)
    ghcn = 0.0025377 (S/cm2)   : half of it carries sodium, half potassium
    gkna = 0.00042 (S/cm2)
    apump = -0.0047891 (mA/cm2)
    nai0 = 11.4 (mM)
    nao0 = 154 (mM)
    ki0 = 121.7 (mM)
    ko0 = 5.6 (mM)
    theta = 0.029 (um)
    perm = 1e-7                : shell to bath [m/s]
    F = 96485                  : C/mol
    R = 8.3145                 : J/(mol K)
    celsius (degC)
}

STATE {
    m17 h17 s17 m18 h18 s18 u18 m19 h19 s19 ndr mka hka nsm nfm nsh nfh
    nai (mM) nao (mM) ki (mM) ko (mM)
}

ASSIGNED {
    v (mV)
    diam (um)
    i (mA/cm2)
    ina (mA/cm2) ik (mA/cm2)
    ena (mV) ek (mV)
    gnaleak (S/cm2) gkleak (S/cm2)
    inapump (mA/cm2) ikpump (mA/cm2)
    rtf (mV)
    q17 q18 q19 qdr qka qkm qhcn
    inf17m inf17h inf17s inf18m inf18h inf18s inf18u inf19m inf19h inf19s
    infdr infkam infkah infkm infhcn
    tau17m tau17h tau17s tau18m tau18h tau18s tau18u tau19m tau19h tau19s
    taudr taukam taukah taukms taukmf tauhs tauhf
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    currents()
    ina = ina + gnaleak*(v - ena) + inapump
    ik = ik + gkleak*(v - ek) + ikpump
    i = ina + ik
}

INITIAL {
    rtf = 1000*R*(celsius + 273.15)/F
    q17 = 2.5^((celsius - 21)/10)
    q18 = 2.5^((celsius - 22)/10)
    q19 = 2.5^((celsius - 21)/10)
    qdr = 3.3^((celsius - 22)/10)
    qka = 3.3^((celsius - 23)/10)
    qkm = 3.3^((celsius - 21)/10)
    qhcn = 3^((celsius - 22)/10)
    nai = nai0
    nao = nao0
    ki = ki0
    ko = ko0
    rates(v)
    m17 = inf17m
    h17 = inf17h
    s17 = inf17s
    m18 = inf18m
    h18 = inf18h
    s18 = inf18s
    u18 = inf18u
    m19 = inf19m
    h19 = inf19h
    s19 = inf19s
    ndr = infdr
    mka = infkam
    hka = infkah
    nsm = infkm
    nfm = infkm
    nsh = infhcn
    nfh = infhcn
    currents()
    : a leak where its conductance would be positive, else a constant pump
    gnaleak = -ina/(v - ena)
    inapump = 0
    if (gnaleak < 0) {
        gnaleak = 0
        inapump = -ina
    }
    gkleak = -ik/(v - ek)
    ikpump = 0
    if (gkleak < 0) {
        gkleak = 0
        ikpump = -ik
    }
    ina = 0
    ik = 0
}

: ina and ik without leak
PROCEDURE currents() { LOCAL p, hcn, km
    UNITSOFF
    ena = rtf*log(nao/nai)
    ek = rtf*log(ko/ki)
    p = apump/(1 + 1/ko)^2*(1.62/(1 + (6.7/(nai + 8))^3) + 1/(1 + (67.6/(nai + 8))^3))
    hcn = 0.5*ghcn*(nsh + nfh)/2
    km = gkm*(nsm + 3*nfm)/4
    ina = (g17*m17*m17*m17*h17*s17 + g18*m18*m18*m18*h18*s18*u18 + g19*m19*h19*s19 + hcn)*(v - ena)
    ina = ina - 1.5*p
    ik = (gkdr*ndr^4 + gka*mka*hka + km + hcn + gkna*0.37/(1 + (38.7/nai)^3.5))*(v - ek) + p
    UNITSON
}

DERIVATIVE states {
    rates(v)
    m17' = (inf17m - m17)/tau17m
    h17' = (inf17h - h17)/tau17h
    s17' = (inf17s - s17)/tau17s
    m18' = (inf18m - m18)/tau18m
    h18' = (inf18h - h18)/tau18h
    s18' = (inf18s - s18)/tau18s
    u18' = (inf18u - u18)/tau18u
    m19' = (inf19m - m19)/tau19m
    h19' = (inf19h - h19)/tau19h
    s19' = (inf19s - s19)/tau19s
    ndr' = (infdr - ndr)/taudr
    mka' = (infkam - mka)/taukam
    hka' = (infkah - hka)/taukah
    nsm' = (infkm - nsm)/taukms
    nfm' = (infkm - nfm)/taukmf
    nsh' = (infhcn - nsh)/tauhs
    nfh' = (infhcn - nfh)/tauhf
    nai' = -ina*4e4/(F*diam)
    ki' = -ik*4e4/(F*diam)
    nao' = (ina/F - 0.1*perm*(nao - nao0))*1e4/theta
    ko' = (ik/F - 0.1*perm*(ko - ko0))*1e4/theta
}

PROCEDURE rates(v (mV)) { LOCAL a, b
    UNITSOFF
    a = 15.5/(1 + exp((v - 5)/(-12.08)))
    b = 35.2/(1 + exp((v + 72.7)/16.7))
    inf17m = a/(a + b)
    tau17m = 1/(a + b)/q17
    a = 0.38685/(1 + exp((v + 122.35)/15.29))
    b = -0.00283 + 2.00283/(1 + exp((v + 5.5266)/(-12.70195)))
    inf17h = a/(a + b)
    tau17h = 1/(a + b)/q17
    a = 0.00003 + 0.00092/(1 + exp((v + 93.9)/16.6))
    b = 132.05 - 132.05/(1 + exp((v - 384.9)/28.5))
    inf17s = a/(a + b)
    tau17s = 1/(a + b)/q17

    a = 2.85 - 2.839/(1 + exp((v - 1.159)/13.95))
    b = 7.6205/(1 + exp((v + 46.463)/8.8289))
    inf18m = a/(a + b)
    tau18m = 1/(a + b)/q18
    inf18h = 1/(1 + exp((v + 32.2)/4))
    tau18h = (1.218 + 42.043*exp(-(v + 38.1)^2/(2*15.19^2)))/q18
    inf18s = 1/(1 + exp((v + 45)/8))
    a = 0.001*5.4203/(1 + exp((v + 79.816)/16.269))
    b = 0.001*5.0757/(1 + exp(-(v + 15.968)/11.542))
    tau18s = 1/(a + b)/q18
    inf18u = 1/(1 + exp((v + 51)/8))
    a = 0.0002*2.0434/(1 + exp((v + 67.499)/19.51))
    b = 0.0002*1.9952/(1 + exp(-(v + 30.963)/14.792))
    tau18u = 1/(a + b)/q18

    a = 1.032/(1 + exp((v + 6.99)/(-14.87115)))
    b = 5.79/(1 + exp((v + 130.4)/22.9))
    inf19m = a/(a + b)
    tau19m = 1/(a + b)/q19
    a = 0.06435/(1 + exp((v + 73.26415)/3.71928))
    b = 0.13496/(1 + exp((v + 10.27853)/(-9.09334)))
    inf19h = a/(a + b)
    tau19h = 1/(a + b)/q19
    a = 1.6e-7*exp(-v/12)
    b = 0.0005/(1 + exp(-(v + 32)/23))
    inf19s = a/(a + b)
    tau19s = 1/(a + b)/q19

    infdr = 1/(1 + exp(-(v + 25)/15.4))
    if (v < -31) {
        taudr = 1000*(0.000688 + 1/(exp((v + 75.2)/6.5) + exp(-(v - 131.5)/34.8)))/qdr
    } else {
        taudr = (0.16 + 0.8*exp(-0.0267*(v + 11)))/qdr
    }

    infkam = (1/(1 + exp(-(v + 5.4 - 15)/16.4)))^4
    taukam = (0.25 + 10.04*exp(-(v + 24.67)^2/(2*34.8^2)))/qka
    infkah = 1/(1 + exp((v + 49.9 - 15)/4.6))
    taukah = 20 + 50*exp(-(v + 40)^2/(2*40^2))
    if (taukah < 5) {
        taukah = 5
    }
    taukah = taukah/qka

    infkm = 1/(1 + exp(-(v + 30)/6))
    if (v < -60) {
        taukms = 219/qkm
    } else {
        taukms = (13*v + 1000)/qkm
    }
    taukmf = 1/(0.00395*exp((v + 30)/40) + 0.00395*exp(-(v + 30)/20))/qkm

    infhcn = 1/(1 + exp((v + 87.2)/9.7))
    if (v < -70) {
        tauhs = (2500 + 100*exp((v + 240)/50))/qhcn
        tauhf = (250 + 12*exp((v + 240)/50))/qhcn
    } else {
        tauhs = (300 + 542*exp(-(v + 25)/20))/qhcn
        tauhf = (140 + 50*exp(-(v + 25)/20))/qhcn
    }
    UNITSON
}
