"""Random programs: generated, differentiated, and compared with differences."""
