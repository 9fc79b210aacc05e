/** Reports as files: where they are, and saving them. */

import { Notification } from '@jupyterlab/apputils';
import { api, type Job } from './api';

/** Where the report of a job is: its tear sheet if it has one, else its executed notebook; null while there is none. */
export function reportOf(job: Job): string | null {
  const { backtest_id, validation_id } = job.subject;
  if (job.status === 'completed' && backtest_id) {
    return `/api/v1/backtests/${backtest_id}/report.pdf`;
  }
  if (job.status === 'completed' && validation_id) {
    return `/api/v1/validation/${validation_id}/report.pdf`;
  }
  return job.executed_notebook ? `/api/v1/jobs/${job.id}/notebook.pdf` : null;
}

/** Where a notebook is on paper, with the outputs that are saved in it. */
export function paperOf(notebook: string): string {
  return `/api/v1/notebooks/notebook.pdf?notebook=${encodeURIComponent(notebook)}`;
}

/** Fetch a file and have the browser save it; a notification says how that goes, for a report takes a while when it is first made. */
export function download(path: string, name: string): void {
  Notification.promise(save(path, name), {
    pending: { message: `Making ${name} …` },
    success: { message: () => `${name} is saved.`, options: { autoClose: 4000 } },
    error: { message: reason => `${name}: ${(reason as Error).message}`, options: { autoClose: 10_000 } }
  });
}

async function save(path: string, name: string): Promise<null> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await api.file(path));
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 60_000);
  return null;
}
