import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** A line to a server that can be cut, go dead without saying so, or be slow. */
export class Line {
  private state: 'open' | 'cut' | 'dead' = 'open';
  private readonly sockets = new Set<Socket>();
  /** How long each piece is under way, in ms. */
  delayMs = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    /** The port it leads to, for whoever comes from now on. */
    public target: number,
  ) {}

  static async to(target: number): Promise<Line> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const line = new Line(server, (server.address() as AddressInfo).port, target);
    server.on('connection', (near) => line.join(near));
    return line;
  }

  /** Whoever is connected is thrown out, whoever comes is turned away. */
  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Everything is taken and nothing comes through, on lines that stand and on new ones. Lines of this time stay dead. */
  die(): void {
    this.state = 'dead';
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.resume();
    }
  }

  mend(): void {
    this.state = 'open';
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((done) => this.server.close(done));
  }

  private join(near: Socket): void {
    this.keep(near);
    if (this.state === 'cut') return void near.destroy();
    if (this.state === 'dead') return void near.resume();
    const far = connect(this.target, '127.0.0.1');
    this.keep(far);
    near.pipe(this.delayed()).pipe(far).pipe(this.delayed()).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }

  private delayed(): Transform {
    return new Transform({
      transform: (piece, _encoding, done) => {
        if (this.delayMs === 0) done(null, piece);
        else setTimeout(() => done(null, piece), this.delayMs);
      },
    });
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => this.sockets.delete(socket));
  }
}
