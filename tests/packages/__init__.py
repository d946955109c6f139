"""The packages that TARS needs: `constraints` pins them, `wheels` asks whether each has a build for every machine that TARS is meant for."""
