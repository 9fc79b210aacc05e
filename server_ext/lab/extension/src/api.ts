/** The calls of the platform that the panel makes, typed by the platform's own OpenAPI document. */

import { PageConfig } from '@jupyterlab/coreutils';
import createClient from 'openapi-fetch';
import type {
  ErrorAnswer,
  Job as AnyJob,
  NotebookInfo,
  ParameterInfo,
  Schedule,
  Strategy,
  paths
} from './schema';

export type Job = AnyJob;
export type { NotebookInfo, ParameterInfo, Schedule, Strategy };
export type NewSchedule = paths['/api/v1/schedules/']['post']['requestBody']['content']['application/json'];

const ROOT = PageConfig.getBaseUrl().replace(/\/$/, '');
const NEWEST = 50;
const WINDOW = 1000;

/** What the platform did not do, in its own sentence, and what is wrong with each field at fault. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly fields: Readonly<Record<string, string>> = {}
  ) {
    super(message);
  }
}

const client = createClient<paths>({ baseUrl: ROOT, fetch: send });

export const api = {
  jobs: async () => (await told(client.GET('/api/v1/jobs/', { params: { query: { limit: NEWEST } } }))).jobs,

  strategies: async () =>
    (await told(client.GET('/api/v1/strategies/', { params: { query: { limit: NEWEST } } }))).strategies,

  schedules: async () =>
    (await told(client.GET('/api/v1/schedules/', { params: { query: { limit: NEWEST } } }))).schedules,

  /** The newest events up to a number; the list is by number, so it begins some way before. */
  eventsUpTo: async (seq: number) =>
    (
      await told(
        client.GET('/api/v1/events', {
          params: { query: { after: Math.max(0, seq - WINDOW), limit: WINDOW } }
        })
      )
    ).events,

  notebook: async (notebook: string) => {
    const { notebooks } = await told(client.GET('/api/v1/notebooks/', { params: { query: { notebook } } }));
    return notebooks[0] as NotebookInfo;
  },

  run: (notebook: string, parameters: Record<string, unknown>) =>
    told(client.POST('/api/v1/jobs/', { body: { notebook, parameters } })),

  cancel: (job_id: string) =>
    told(client.POST('/api/v1/jobs/{job_id}/cancel', { params: { path: { job_id } } })),

  retry: (job_id: string) =>
    told(client.POST('/api/v1/jobs/{job_id}/retry', { params: { path: { job_id } } })),

  log: async (job_id: string) =>
    (await told(client.GET('/api/v1/jobs/{job_id}/log', { params: { path: { job_id } } }))).log,

  schedule: (body: NewSchedule) => told(client.POST('/api/v1/schedules/', { body })),

  pause: (schedule_id: string, is_paused: boolean) =>
    told(
      client.PATCH('/api/v1/schedules/{schedule_id}', {
        params: { path: { schedule_id } },
        body: { is_paused }
      })
    ),

  runNow: (schedule_id: string) =>
    told(client.POST('/api/v1/schedules/{schedule_id}/run', { params: { path: { schedule_id } } })),

  forget: (schedule_id: string) =>
    told(client.DELETE('/api/v1/schedules/{schedule_id}', { params: { path: { schedule_id } } })),

  /** Copies the tutorials into the server's folder, and says where they are. */
  layOutTutorials: async () => {
    const answer = await send(new Request(`${ROOT}/tutorials`, { method: 'POST' }));
    return ((await checked(answer).json()) as { folder: string }).folder;
  },

  file: async (path: string) => checkedFile(await send(new Request(ROOT + path)))
};

/** Send a request with the session's cookie, and with the token that shows it came from our own page. */
async function send(request: Request): Promise<Response> {
  const token = /(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1];
  if (token) {
    request.headers.set('X-XSRFToken', token);
  }
  try {
    return await fetch(request);
  } catch {
    throw new Refused('The server cannot be reached.', 0);
  }
}

/** What was answered; throws Refused with the platform's sentence. */
async function told<T>(asked: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) {
    throw refused(error as ErrorAnswer | undefined, response.status);
  }
  return data as T;
}

function checked(answer: Response): Response {
  if (!answer.ok) {
    throw refused(undefined, answer.status);
  }
  return answer;
}

async function checkedFile(answer: Response): Promise<Blob> {
  if (!answer.ok) {
    throw refused((await answer.json().catch(() => undefined)) as ErrorAnswer | undefined, answer.status);
  }
  return answer.blob();
}

function refused(answer: ErrorAnswer | undefined, status: number): Refused {
  const said = answer?.error;
  return new Refused(said?.message ?? `The server answered ${status}.`, status, said?.fields);
}
