/** Notifications of Lab: when a job of one's own ends, and what the platform tells people. */

import { Notification } from '@jupyterlab/apputils';
import type { Job } from './api';
import type { Platform } from './platform';
import { reportOf } from './reports';
import type { Doing } from './sections';

const READ_IN = 8000;
const LEVELS = new Set(['info', 'success', 'warning', 'error']);

/** Tell what ends and what is told, from now on. */
export function keepTelling(doing: Doing, me: string, wanted: () => boolean): void {
  const { platform } = doing;
  platform.ended.connect((_, jobs) => {
    const mine = jobs.filter(job => job.owner_id === me && job.status !== 'cancelled');
    if (!wanted()) {
      return;
    }
    if (mine.length > 3) {
      const failed = mine.filter(job => job.status === 'failed').length;
      Notification.info(`${mine.length} jobs ended, ${failed} of them failed.`, { autoClose: READ_IN });
    } else {
      mine.forEach(job => {
        tell(job, doing, platform);
      });
    }
  });
  platform.noticed.connect((_, { data }) => {
    const isOfJob = typeof data.link === 'string' && data.link.startsWith('/api/v1/jobs/');
    if (!isOfJob) {
      const level = LEVELS.has(data.level as string) ? (data.level as Notification.TypeOptions) : 'info';
      Notification.emit(data.message as string, level, { autoClose: READ_IN });
    }
  });
}

function tell(job: Job, doing: Doing, platform: Platform): void {
  const name = platform.nameOf(job);
  if (job.status === 'failed') {
    const log = {
      label: 'Show the log',
      callback: () => {
        doing.showLog(job);
      }
    };
    Notification.error(`${name} failed: ${job.error ?? 'no reason is known.'}`, {
      autoClose: false,
      actions: [log]
    });
    return;
  }
  const report = reportOf(job);
  const save = {
    label: 'Export report',
    callback: () => {
      doing.download(report ?? '', `${name}.pdf`);
    }
  };
  Notification.success(`${name} completed.`, { autoClose: READ_IN, actions: report ? [save] : [] });
}
