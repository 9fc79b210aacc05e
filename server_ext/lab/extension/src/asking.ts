/** "Run as job…" and "Schedule…": the forms of a notebook's parameters, and what becomes of them. */

import { Notification } from '@jupyterlab/apputils';
import { api, type NewSchedule, type NotebookInfo } from './api';
import { askBy, Form, type Field, type FieldSet } from './form';
import { changed, kindOf, textOf } from './parameters';

const PREFIX = 'parameters.';
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const WHEN: Field[] = [
  { name: 'name', label: 'Name', kind: 'text', initial: '', required: true },
  {
    name: 'by',
    label: 'When',
    kind: 'choice',
    initial: 'calendar',
    choices: [
      ['calendar', 'With an exchange’s sessions'],
      ['cron', 'By a cron line'],
      ['interval_seconds', 'Every few minutes']
    ]
  },
  {
    name: 'calendar',
    label: 'Exchange',
    hint: 'Its ISO 10383 code; holidays and early closes are known.',
    kind: 'text',
    initial: 'XNYS',
    when: ['by', 'calendar']
  },
  {
    name: 'at',
    label: 'At its',
    kind: 'choice',
    initial: 'close',
    choices: [
      ['close', 'close'],
      ['open', 'open']
    ],
    when: ['by', 'calendar']
  },
  {
    name: 'offset_minutes',
    label: 'Minutes later',
    hint: 'Negative for earlier.',
    kind: 'number',
    initial: '15',
    when: ['by', 'calendar']
  },
  {
    name: 'cron',
    label: 'Cron line',
    hint: 'Minute, hour, day, month, weekday.',
    kind: 'text',
    initial: '30 16 * * mon-fri',
    when: ['by', 'cron']
  },
  { name: 'timezone', label: 'Time zone', kind: 'text', initial: ZONE, when: ['by', 'cron'] },
  {
    name: 'interval_seconds',
    label: 'Minutes between two runs',
    kind: 'number',
    initial: '60',
    when: ['by', 'interval_seconds']
  }
];

/** Ask for the parameters and queue a job. */
export async function runAsJob(notebook: NotebookInfo): Promise<boolean> {
  const form = new Form([parametersOf(notebook)]);
  return askBy(`Run ${titleOf(notebook)} as a job`, form, 'Run', async () => {
    await api.run(notebook.notebook, given(notebook, form));
  });
}

/** Ask for the parameters and a time, and make a schedule. */
export async function schedule(notebook: NotebookInfo): Promise<boolean> {
  const when = WHEN.map(field => (field.name === 'name' ? { ...field, initial: titleOf(notebook) } : field));
  const form = new Form([{ legend: 'Schedule', fields: when }, parametersOf(notebook)]);
  return askBy(`Schedule ${titleOf(notebook)}`, form, 'Schedule', async () => {
    const asked = { ...whenOf(form), notebook: notebook.notebook, parameters: given(notebook, form) };
    const made = await api.schedule(asked as NewSchedule);
    const [next] = made.next_runs;
    const first = next ? `, first on ${new Date(next).toLocaleString()}` : '';
    Notification.success(`${made.name} is scheduled${first}.`, { autoClose: 8000 });
  });
}

function parametersOf({ parameters }: NotebookInfo): FieldSet {
  const fields = parameters.map(parameter => ({
    name: PREFIX + parameter.name,
    label: parameter.name,
    hint: parameter.description,
    type: parameter.type,
    kind: kindOf(parameter),
    initial: textOf(parameter),
    required: parameter.required
  }));
  const note = fields.length ? '' : 'Its cell tagged parameters declares none.';
  return { legend: 'Parameters', note, fields };
}

function given(notebook: NotebookInfo, form: Form): Record<string, unknown> {
  return changed(notebook.parameters, name => form.text(PREFIX + name));
}

/** The fields that say when, as the platform takes them. */
function whenOf(form: Form): Record<string, unknown> {
  const name = form.text('name');
  switch (form.text('by')) {
    case 'cron':
      return { name, cron: form.text('cron'), timezone: form.text('timezone') };
    case 'calendar': {
      const offset_minutes = numberOr(form.text('offset_minutes'));
      return { name, calendar: form.text('calendar'), at: form.text('at'), offset_minutes };
    }
    default: {
      const minutes = numberOr(form.text('interval_seconds'));
      return { name, interval_seconds: typeof minutes === 'number' ? minutes * 60 : minutes };
    }
  }
}

/** A number, or the text that is none, for the platform to refuse. */
function numberOr(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

function titleOf({ notebook }: NotebookInfo): string {
  return notebook.replace(/^.*\//, '').replace(/\.ipynb$/, '');
}
