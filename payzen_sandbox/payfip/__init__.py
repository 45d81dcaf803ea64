"""A stand-in for PayFiP: its SOAP service, its page, its notification. No money, no real account.

Written from what clients of the service publish (eopayment carries its WSDL); the DGFiP's own
guide is not public. What it refuses and says is therefore a reading, marked where it is a guess.
"""
