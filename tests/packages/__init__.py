"""The packages that TARS needs: `constraints` pins them, `wheels` asks whether each has a build for a Raspberry Pi."""
