TITLE Unmyelinated axon: sodium m3 h, delayed rectifier n3 l

COMMENT
Sundt, Gamper, Jaffe 2015, doi:10.1152/jn.00226.2015. The leak is NEURON's own passive mechanism.
ENDCOMMENT

NEURON {
    SUFFIX nvj_sundt2015
    NONSPECIFIC_CURRENT i
    RANGE gna, gk, ena, ek
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    gna = 0.04 (S/cm2)
    gk = 0.04 (S/cm2)
    ena = 50 (mV)
    ek = -90 (mV)
    celsius (degC)
}

STATE { m h n l }

ASSIGNED {
    v (mV)
    i (mA/cm2)
    minf hinf ninf linf
    mtau (ms) htau (ms) ntau (ms) ltau (ms)
    q
    kt (/mV)
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = gna*m*m*m*h*(v - ena) + gk*n*n*n*l*(v - ek)
}

INITIAL {
    q = 3^((celsius - 30)/10)
    kt = 1e-3*9.648e4/(8.315*(273.16 + celsius))
    rates(v)
    m = minf
    h = hinf
    n = ninf
    l = linf
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    n' = (ninf - n)/ntau
    l' = (linf - l)/ltau
}

: x / (exp(x/w) - 1), its limit w at x = 0
FUNCTION trap(x, w) {
    if (fabs(x/w) < 1e-5) {
        trap = w - x/2
    } else {
        trap = x/(exp(x/w) - 1)
    }
}

PROCEDURE rates(v (mV)) { LOCAL a, b, um, uh
    UNITSOFF
    um = v + 65 - 6
    uh = v + 65 + 6
    a = q*0.32*trap(13.1 - um, 4)
    b = q*0.28*trap(um - 40.1, 5)
    mtau = 1/(a + b)
    minf = a*mtau
    a = q*0.128*exp((17 - uh)/18)
    b = q*4/(exp((40 - uh)/5) + 1)
    htau = 1/(a + b)
    hinf = a*htau
    a = exp(-5*(v + 32)*kt)
    ninf = 1/(1 + a)
    ntau = exp(-5*0.4*(v + 32)*kt)/(q*0.03*(1 + a))
    a = exp(2*(v + 61)*kt)
    linf = 1/(1 + a)
    ltau = a/(q*0.001*(1 + a))
    UNITSON
}
