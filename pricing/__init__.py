"""Price a plan: pure functions from resources, a price book and stated assumptions to US dollars."""
