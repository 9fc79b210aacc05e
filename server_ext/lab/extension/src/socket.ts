/** The one socket on which events arrive; after a break it goes on from where it was, and misses nothing. */

import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { Signal } from '@lumino/signaling';

export interface Frame {
  type: string;
  data: Record<string, unknown>;
  seq: number;
  timestamp: string;
}

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline' | 'signed out';

const WAITS = [1, 2, 4, 8, 16];
const SESSION_OVER = 4401;

export class EventSocket {
  /** An event of the platform, once; `resync` among them says that some were missed that are no longer kept. */
  readonly arrived = new Signal<this, Frame>(this);
  /** The connection is another than before. */
  readonly changed = new Signal<this, Connection>(this);

  connection: Connection = 'connecting';
  /** The number of the newest event that was seen, and the history it counts in. */
  seen: number | null = null;
  private epoch = '';
  private failures = 0;
  private socket: WebSocket | null = null;

  open(): void {
    this.socket = new WebSocket(this.address());
    this.socket.onmessage = message => {
      this.take(JSON.parse(message.data as string) as Frame);
    };
    this.socket.onclose = closed => void this.comeBack(closed.code);
  }

  /** Break the connection, as a bad network does; it comes back by itself. */
  interrupt(): void {
    this.socket?.close();
  }

  private address(): string {
    const url = new URL(URLExt.join(PageConfig.getBaseUrl(), 'ws'), location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('events', 'all');
    if (this.seen !== null) {
      url.searchParams.set('after', String(this.seen));
      url.searchParams.set('epoch', this.epoch);
    }
    return url.href;
  }

  private take(frame: Frame): void {
    if (frame.type === 'connected') {
      this.failures = 0;
      this.epoch ||= frame.data.epoch as string;
      this.seen ??= frame.data.seq as number;
      this.say('live');
    } else if (frame.type === 'resync') {
      this.epoch = frame.data.epoch as string;
      this.seen = frame.seq;
      this.arrived.emit(frame);
    } else if (frame.seq > (this.seen ?? 0)) {
      this.seen = frame.seq;
      this.arrived.emit(frame);
    }
  }

  private async comeBack(code: number): Promise<void> {
    if (code === SESSION_OVER || (this.failures > 0 && (await isSignedOut()))) {
      this.say('signed out');
      return;
    }
    this.say(this.failures < WAITS.length ? 'reconnecting' : 'offline');
    const wait = WAITS[Math.min(this.failures++, WAITS.length - 1)] as number;
    setTimeout(() => {
      this.open();
    }, 1000 * wait);
  }

  private say(connection: Connection): void {
    this.connection = connection;
    this.changed.emit(connection);
  }
}

async function isSignedOut(): Promise<boolean> {
  try {
    return (await fetch(URLExt.join(PageConfig.getBaseUrl(), 'api/me'))).status === 403;
  } catch {
    return false;
  }
}
