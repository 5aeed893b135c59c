TITLE Node of Ranvier: fast and persistent sodium, slow potassium, leak

COMMENT
McIntyre, Richardson, Grill 2002, doi:10.1152/jn.00353.2001. Each gate: x' = alpha (1 - x) - beta x.
Written for NEURON as a check of another program; conductances are parameters because
Pena et al. 2024, doi:10.1371/journal.pcbi.1011833, change two of them in small axons.
ENDCOMMENT

NEURON {
    SUFFIX nvj_mcintyre2002
    NONSPECIFIC_CURRENT i
    RANGE gnaf, gnap, gks, gl, ena, ek, el
}

UNITS {
    (mV) = (millivolt)
    (mA) = (milliamp)
    (S) = (siemens)
}

PARAMETER {
    gnaf = 3.0 (S/cm2)
    gnap = 0.01 (S/cm2)
    gks = 0.08 (S/cm2)
    gl = 0.007 (S/cm2)
    ena = 50 (mV)
    ek = -90 (mV)
    el = -90 (mV)
    celsius (degC)
}

STATE { m h p s }

ASSIGNED {
    v (mV)
    i (mA/cm2)
    minf hinf pinf sinf
    mtau (ms) htau (ms) ptau (ms) stau (ms)
    qm qh qs
}

BREAKPOINT {
    SOLVE states METHOD cnexp
    i = (gnaf*m*m*m*h + gnap*p*p*p)*(v - ena) + gks*s*(v - ek) + gl*(v - el)
}

INITIAL {
    qm = 2.2^((celsius - 20)/10)
    qh = 2.9^((celsius - 20)/10)
    qs = 3.0^((celsius - 36)/10)
    rates(v)
    m = minf
    h = hinf
    p = pinf
    s = sinf
}

DERIVATIVE states {
    rates(v)
    m' = (minf - m)/mtau
    h' = (hinf - h)/htau
    p' = (pinf - p)/ptau
    s' = (sinf - s)/stau
}

: x / (1 - exp(-x/w)), its limit w at x = 0
FUNCTION linoid(x, w) {
    if (fabs(x/w) < 1e-5) {
        linoid = w + x/2
    } else {
        linoid = x/(1 - exp(-x/w))
    }
}

PROCEDURE rates(v (mV)) { LOCAL a, b
    UNITSOFF
    a = qm*1.86*linoid(v + 21.4, 10.3)
    b = qm*0.086*linoid(-(v + 25.7), 9.16)
    mtau = 1/(a + b)
    minf = a*mtau
    a = qh*0.062*linoid(-(v + 114), 11)
    b = qh*2.3/(1 + exp(-(v + 31.8)/13.4))
    htau = 1/(a + b)
    hinf = a*htau
    a = qm*0.01*linoid(v + 27, 10.2)
    b = qm*0.00025*linoid(-(v + 34), 10)
    ptau = 1/(a + b)
    pinf = a*ptau
    a = qs*0.3/(1 + exp(-(v + 53)/5))
    b = qs*0.03/(1 + exp(-(v + 90)))
    stau = 1/(a + b)
    sinf = a*stau
    UNITSON
}
