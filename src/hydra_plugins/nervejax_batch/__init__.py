"""Hydra finds the launcher ``batch`` and the sweeper ``grid`` here.

Hydra imports this package in every application of the environment: nothing heavy at the top, and no
``__init__.py`` one folder up, which other plugins share.
"""
