"""Hydra finds the launchers ``batch`` and ``batch_submitit`` and the sweeper ``grid`` here.

Hydra imports this package in every application of the environment: nothing heavy at the top, and no
``__init__.py`` one folder up, which other plugins share. Modules with a leading ``_`` Hydra leaves alone;
they are loaded when they are needed.
"""
