/** The sections of the side panel: jobs, strategies, schedules and events. */

import {
  deleteIcon,
  downloadIcon,
  fileIcon,
  type LabIcon,
  refreshIcon,
  runIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import React from 'react';
import { api, type Job, type Schedule, type Strategy } from './api';
import { sentenceOf } from './events';
import { pauseIcon } from './icons';
import { isUnfinished, type Platform } from './platform';
import { reportOf } from './reports';
import type { Frame } from './socket';

/** What the sections can ask of the rest of the panel. */
export interface Doing {
  platform: Platform;
  /** Whether somebody may do this, and about something of this owner. */
  may: (permission: string, owner?: string) => boolean;
  /** Do it, and say so when it was refused. */
  attempt: (deed: () => Promise<unknown>) => void;
  open: (page: string, title: string) => void;
  showLog: (job: Job) => void;
  download: (path: string, name: string) => void;
}

export function Jobs({ doing }: { doing: Doing }): React.JSX.Element {
  const { jobs } = doing.platform;
  return (
    <List
      platform={doing.platform}
      things={jobs}
      empty="Nothing has run yet. Open a notebook and choose “Run as job…” in its toolbar."
      row={job => <JobRow key={job.id} job={job} doing={doing} />}
    />
  );
}

function JobRow({ job, doing }: { job: Job; doing: Doing }): React.JSX.Element {
  const name = doing.platform.nameOf(job);
  const mine = doing.may('jobs:run', job.owner_id);
  const report = reportOf(job);
  const act = (deed: Promise<unknown>): Promise<void> => doing.platform.act('jobs', deed);
  return (
    <Row state={job.status} title={name} tip={job.notebook} time={job.finished_at ?? job.created_at}>
      <p className={job.status === 'failed' ? 'aur-detail aur-bad' : 'aur-detail'}>{detailOf(job)}</p>
      {job.status === 'running' && (
        <progress aria-label={`How far ${name} is`} value={job.progress} max={1}>
          {percent(job.progress)}
        </progress>
      )}
      <Actions>
        {isUnfinished(job) && mine && (
          <Action
            icon={stopIcon}
            label={`Cancel ${name}`}
            onDo={() => {
              doing.attempt(() => act(api.cancel(job.id)));
            }}
          />
        )}
        {(job.status === 'failed' || job.status === 'cancelled') && mine && (
          <Action
            icon={refreshIcon}
            label={`Run ${name} again`}
            onDo={() => {
              doing.attempt(() => act(api.retry(job.id)));
            }}
          />
        )}
        {job.status !== 'queued' && (
          <Action
            icon={fileIcon}
            label={`Show the log of ${name}`}
            onDo={() => {
              doing.showLog(job);
            }}
          />
        )}
        {report && (
          <Action
            icon={downloadIcon}
            label={`Export the report of ${name} as PDF`}
            onDo={() => {
              doing.download(report, `${name}.pdf`);
            }}
          />
        )}
      </Actions>
    </Row>
  );
}

export function Strategies({ doing }: { doing: Doing }): React.JSX.Element {
  return (
    <List
      platform={doing.platform}
      things={doing.platform.strategies}
      empty="No strategies yet. The page “Generate” makes some from a goal; a notebook or the API makes your own."
      row={strategy => <StrategyRow key={strategy.id} strategy={strategy} doing={doing} />}
    />
  );
}

function StrategyRow({ strategy, doing }: { strategy: Strategy; doing: Doing }): React.JSX.Element {
  const show = (): void => {
    doing.open(`strategy.ipynb?strategy_id=${strategy.id}`, strategy.name);
  };
  return (
    <Row state={strategy.status} title={strategy.name} time={strategy.created_at} onOpen={show}>
      <p className="aur-detail">
        {words(strategy.strategy_type)}, version {strategy.version}
      </p>
    </Row>
  );
}

export function Schedules({ doing }: { doing: Doing }): React.JSX.Element {
  return (
    <List
      platform={doing.platform}
      things={doing.platform.schedules}
      empty="No schedules yet. Open a notebook and choose “Schedule…” in its toolbar."
      row={schedule => <ScheduleRow key={schedule.id} schedule={schedule} doing={doing} />}
    />
  );
}

function ScheduleRow({ schedule, doing }: { schedule: Schedule; doing: Doing }): React.JSX.Element {
  const { id, name, is_paused } = schedule;
  const [next] = schedule.next_runs;
  const act = (deed: () => Promise<unknown>) => () => {
    doing.attempt(() => doing.platform.act('schedules', deed()));
  };
  return (
    <Row state={is_paused ? 'paused' : 'live'} title={name} tip={schedule.notebook}>
      <p className="aur-detail">{is_paused || !next ? 'paused' : `next ${whenOf(next)}`}</p>
      {doing.may('schedules:write', schedule.owner_id) && (
        <Actions>
          <Action icon={runIcon} label={`Run ${name} now`} onDo={act(() => api.runNow(id))} />
          <Action
            icon={is_paused ? refreshIcon : pauseIcon}
            label={is_paused ? `Let ${name} go on` : `Pause ${name}`}
            onDo={act(() => api.pause(id, !is_paused))}
          />
          <Action icon={deleteIcon} label={`Delete ${name}`} onDo={act(() => api.forget(id))} />
        </Actions>
      )}
    </Row>
  );
}

export function Events({ doing }: { doing: Doing }): React.JSX.Element {
  return (
    <List
      platform={doing.platform}
      things={doing.platform.events}
      empty="Nothing has happened yet. Jobs, strategies and schedules tell here what becomes of them."
      row={frame => <EventRow key={frame.seq} frame={frame} platform={doing.platform} />}
    />
  );
}

function EventRow({ frame, platform }: { frame: Frame; platform: Platform }): React.JSX.Element {
  const [title, detail] = sentenceOf(frame, platform);
  return (
    <Row state={frame.type.split('_').at(-1) ?? ''} title={title} time={frame.timestamp}>
      {detail && <p className="aur-detail">{detail}</p>}
    </Row>
  );
}

interface ListProps<T> {
  platform: Platform;
  things: T[];
  empty: string;
  row: (thing: T) => React.JSX.Element;
}

/** A list, or what there is to say in its place. */
function List<T>({ platform, things, empty, row }: ListProps<T>): React.JSX.Element {
  if (things.length) {
    return <ul className="aur-list">{things.map(row)}</ul>;
  }
  if (platform.problem === null) {
    return <p className="aur-empty">Reading …</p>;
  }
  if (platform.problem) {
    return (
      <div className="aur-empty" role="alert">
        <p>{platform.problem}</p>
        <button className="jp-mod-styled jp-Button" onClick={() => void platform.refresh()}>
          Try again
        </button>
      </div>
    );
  }
  return <p className="aur-empty">{empty}</p>;
}

interface RowProps {
  state: string;
  title: string;
  tip?: string;
  time?: string;
  onOpen?: () => void;
  children: React.ReactNode;
}

function Row({ state, title, tip, time, onOpen, children }: RowProps): React.JSX.Element {
  return (
    <li data-state={state}>
      <div className="aur-line">
        {onOpen ? (
          <button className="aur-link" onClick={onOpen}>
            {title}
          </button>
        ) : (
          <span title={tip}>{title}</span>
        )}
        {time && <time dateTime={time}>{whenOf(time)}</time>}
      </div>
      {children}
    </li>
  );
}

function Actions({ children }: { children: React.ReactNode }): React.JSX.Element {
  return <div className="aur-actions">{children}</div>;
}

function Action({
  icon,
  label,
  onDo
}: {
  icon: LabIcon;
  label: string;
  onDo: () => void;
}): React.JSX.Element {
  return (
    <button className="aur-action" aria-label={label} title={label} onClick={onDo}>
      <icon.react tag="span" />
    </button>
  );
}

function detailOf(job: Job): string {
  switch (job.status) {
    case 'queued':
      return 'waiting';
    case 'running':
      return `${job.stage || 'running'} · ${percent(job.progress)}`;
    case 'completed':
      return `completed in ${seconds(job.duration)}`;
    default:
      return job.error ?? job.status;
  }
}

function percent(fraction: number): string {
  return `${Math.round(100 * fraction)} %`;
}

function seconds(duration: number | null): string {
  return duration === null
    ? 'no time'
    : duration < 90
      ? `${duration.toFixed(1)} s`
      : `${Math.round(duration / 60)} min`;
}

function words(name: string): string {
  return name.replaceAll('_', ' ');
}

/** The hour of a time of today, else its day as well. */
function whenOf(time: string): string {
  const at = new Date(time);
  const hour = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? hour : `${at.toLocaleDateString([], { month: 'short', day: 'numeric' })}, ${hour}`;
}
