"""The one error class whose text is written for the user."""


class NervejaxError(ValueError):
    """A problem the user can mend; its text is one line saying what, where and what to do.

    The command line prints the text alone, without a traceback, and exits with status 1.
    """
