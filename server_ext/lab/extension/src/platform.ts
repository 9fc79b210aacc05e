/** What the panel shows of the platform: read once, and kept true by events. */

import { Signal } from '@lumino/signaling';
import { api, type Job, type Schedule, type Strategy } from './api';
import { EventSocket, type Frame } from './socket';

const SHOWN = 40;
const SOON = 150;
const ENDS = /_(completed|failed|cancelled)$/;
const PROGRESS = /_progress$/;

type Part = 'jobs' | 'strategies' | 'schedules';

export class Platform {
  jobs: Job[] = [];
  strategies: Strategy[] = [];
  schedules: Schedule[] = [];
  /** Newest first, without those that only say how far something is. */
  events: Frame[] = [];
  /** Null before the first answer; then why the state could not be read, or nothing. */
  problem: string | null = null;

  readonly socket = new EventSocket();
  readonly changed = new Signal<this, void>(this);
  /** Jobs that have ended since the page was opened. */
  readonly ended = new Signal<this, Job[]>(this);
  /** A message to people. */
  readonly noticed = new Signal<this, Frame>(this);

  private stale = new Set<Part>();
  private endings = new Set<string>();
  private reading = 0;

  start(): void {
    this.socket.arrived.connect((_, frame) => {
      this.take(frame);
    });
    this.socket.changed.connect((_, connection) => {
      this.changed.emit();
      if (connection === 'live') {
        void this.refresh();
      }
    });
    this.socket.open();
  }

  /** Read everything anew. */
  async refresh(): Promise<void> {
    const newest = this.socket.seen ?? 0;
    await Promise.all([
      this.read('jobs', 'strategies', 'schedules'),
      api.eventsUpTo(newest).then(frames => {
        this.remember(frames);
      }, ignored)
    ]);
    this.changed.emit();
  }

  /** Do something about a job or a schedule and show what came of it. */
  async act(part: Part, deed: Promise<unknown>): Promise<void> {
    await deed;
    await this.read(part);
  }

  nameOf(job: Job): string {
    const strategy = this.strategies.find(one => one.id === job.subject.strategy_id);
    return strategy?.name ?? job.notebook.replace(/^.*\//, '').replace(/\.ipynb$/, '');
  }

  get running(): Job[] {
    return this.jobs.filter(job => isUnfinished(job));
  }

  private async read(...parts: Part[]): Promise<void> {
    try {
      for (const part of parts) {
        this[part] = (await api[part]()) as never;
      }
      this.problem = '';
    } catch (error) {
      this.problem = (error as Error).message;
    }
    this.changed.emit();
  }

  private take(frame: Frame): void {
    if (frame.type === 'resync') {
      this.events = [];
      void this.refresh();
      return;
    }
    if (PROGRESS.test(frame.type)) {
      this.advance(frame);
      return;
    }
    this.remember([frame]);
    if (frame.type === 'notification') {
      this.noticed.emit(frame);
    }
    this.expect(frame);
    this.changed.emit();
  }

  private remember(frames: Frame[]): void {
    const known = new Map([...this.events, ...frames.filter(isTold)].map(frame => [frame.seq, frame]));
    this.events = [...known.values()].sort((one, other) => other.seq - one.seq).slice(0, SHOWN);
  }

  /** Show how far a job is. */
  private advance({ data }: Frame): void {
    this.jobs = this.jobs.map(job =>
      job.id === data.job_id && isUnfinished(job)
        ? { ...job, status: 'running', progress: data.fraction as number, stage: data.stage as string }
        : job
    );
    this.changed.emit();
  }

  /** Read soon what an event says is another now; many events at a time cost one reading. */
  private expect(frame: Frame): void {
    if (frame.data.job_id) {
      this.stale.add('jobs');
      if (ENDS.test(frame.type)) {
        this.endings.add(frame.data.job_id as string);
      }
    }
    if (frame.type.startsWith('strategy_')) {
      this.stale.add('strategies');
    }
    if (frame.type === 'schedule_fired') {
      this.stale.add('schedules');
    }
    if (this.stale.size) {
      this.reading ||= window.setTimeout(() => void this.catchUp(), SOON);
    }
  }

  private async catchUp(): Promise<void> {
    const [stale, endings] = [this.stale, this.endings];
    [this.stale, this.endings, this.reading] = [new Set(), new Set(), 0];
    await this.read(...stale);
    const ended = this.jobs.filter(job => endings.has(job.id) && !isUnfinished(job));
    if (ended.length) {
      this.ended.emit(ended);
    }
  }
}

export function isUnfinished(job: Job): boolean {
  return job.status === 'queued' || job.status === 'running';
}

/** Whether an event is worth a line. */
function isTold(frame: Frame): boolean {
  return !PROGRESS.test(frame.type) && frame.type !== 'dashboard_update' && frame.type !== 'resync';
}

function ignored(): void {
  // What could not be read of the past is no loss: the rest says that the server is away.
}
