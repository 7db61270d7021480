/** Another program listens on the port; `cause` is Node's own error. */
export class PortTakenError extends Error {
  override readonly name: string = "PortTakenError";
  readonly code: string = "ERR_PORT_TAKEN";
  readonly port: number;

  constructor(port: number, options: ErrorOptions) {
    super(`Port ${port} is taken by another program; stop it or choose another port.`, options);
    this.port = port;
  }
}
