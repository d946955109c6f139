"""What the server shows of itself over HTTP: metrics. Only these modules import the packages of the extra `console`."""
