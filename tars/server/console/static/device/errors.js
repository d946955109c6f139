// The other side's fault: something on the wire that the protocol does not allow. The link is closed with this text.
export class RemoteError extends Error {}
