/** The commands: about a notebook, about pages, and about the panel. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, type ICommandPalette, type IThemeManager, showDialog } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { ILauncher } from '@jupyterlab/launcher';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { downloadIcon, notebookIcon, runIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { api, type NotebookInfo } from './api';
import { runAsJob, schedule } from './asking';
import { markIcon, scheduleIcon } from './icons';
import { openPage } from './pages';
import { paperOf } from './reports';
import type { Doing } from './sections';
import type { Told } from './told';

export const CATEGORY = 'Aurelius';
export const SHOW_PANEL = 'aurelius:show-panel';
const RUN = 'aurelius:run-as-job';
const SCHEDULE = 'aurelius:schedule';
const EXPORT = 'aurelius:export-report';
const NEW = 'aurelius:new-notebook';
const TUTORIAL = 'aurelius:open-tutorial';
const PAGE = 'aurelius:open-dashboard';
const KERNEL = 'aurelius';

/** What the commands work with. */
export interface Surroundings {
  app: JupyterFrontEnd;
  documents: IDocumentManager;
  notebooks: INotebookTracker | null;
  browsers: IFileBrowserFactory | null;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
  themes: IThemeManager | null;
}

/** Add what may be done with a notebook. */
export function addNotebookCommands(around: Surroundings, doing: Doing): void {
  const { app, palette } = around;
  const showPanel = (): void => void app.commands.execute(SHOW_PANEL);
  const deeds = {
    [RUN]: {
      label: 'Run as job…',
      caption: 'Run this notebook on the platform, with parameters of your choice',
      icon: runIcon,
      deed: async (path: string) => {
        const notebook = await declared(around, path);
        if (notebook && (await runAsJob(notebook))) {
          showPanel();
          await doing.platform.refresh();
        }
      }
    },
    [SCHEDULE]: {
      label: 'Schedule…',
      caption: 'Run this notebook again and again',
      icon: scheduleIcon,
      deed: async (path: string) => {
        const notebook = await declared(around, path);
        if (notebook && (await schedule(notebook))) {
          await doing.platform.refresh();
        }
      }
    },
    [EXPORT]: {
      label: 'Export report',
      caption: 'Save this notebook with its outputs as PDF',
      icon: downloadIcon,
      deed: async (path: string) => {
        await saved(around, path);
        doing.download(paperOf(named(path)), `${path.replace(/^.*\//, '').replace(/\.ipynb$/, '')}.pdf`);
      }
    }
  };
  for (const [command, { label, caption, icon, deed }] of Object.entries(deeds)) {
    app.commands.addCommand(command, {
      label,
      caption,
      icon: args => (args.isPalette ? undefined : icon),
      isEnabled: args => chosen(around, Boolean(args.chosen)) !== null,
      execute: args => {
        const path = chosen(around, Boolean(args.chosen));
        if (path !== null) {
          doing.attempt(() => deed(app.serviceManager.contents.localPath(path)));
        }
      }
    });
    palette?.addItem({ command, category: CATEGORY, args: { isPalette: true } });
  }
}

/** Add what opens something: the panel, a new notebook, a tutorial, a dashboard. */
export function addOpeningCommands(around: Surroundings, doing: Doing, told: Told): void {
  const { app, palette, launcher } = around;
  app.commands.addCommand(SHOW_PANEL, {
    label: 'Show the Aurelius panel',
    execute: () => {
      app.shell.activateById('aurelius');
    }
  });
  app.commands.addCommand(NEW, {
    label: 'New Aurelius notebook',
    caption: 'A notebook whose kernel has the library ready',
    execute: args => app.commands.execute('notebook:create-new', { cwd: args.cwd ?? '', kernelName: KERNEL })
  });
  app.commands.addCommand(TUTORIAL, {
    label: args => (args.isPalette ? `Tutorial ${numbered(args)}` : numbered(args)),
    caption: 'A tutorial, copied into your folder',
    icon: args => (args.isPalette ? undefined : notebookIcon),
    execute: args => {
      doing.attempt(async () => {
        const folder = await api.layOutTutorials();
        await app.commands.execute('docmanager:open', { path: `${folder}/${args.file as string}` });
      });
    }
  });
  app.commands.addCommand(PAGE, {
    label: args => (args.isPalette ? `Open the page ${args.title as string}` : (args.title as string)),
    caption: args => args.lead as string,
    icon: args => (args.isPalette ? undefined : markIcon),
    execute: args => {
      openPage(app, around.themes, args.path as string, args.title as string);
    }
  });

  palette?.addItem({ command: SHOW_PANEL, category: CATEGORY });
  palette?.addItem({ command: NEW, category: CATEGORY });
  const cards = [
    ...told.tutorials.map((tutorial, at) => ({
      command: TUTORIAL,
      category: 'Aurelius tutorials',
      categoryRank: 5,
      args: { ...tutorial, number: at + 1 }
    })),
    ...told.dashboards.map(page => ({
      command: PAGE,
      category: 'Aurelius dashboards',
      categoryRank: 6,
      args: { ...page }
    }))
  ];
  cards.forEach((card, rank) => {
    launcher?.add({ ...card, rank });
    palette?.addItem({ command: card.command, category: CATEGORY, args: { ...card.args, isPalette: true } });
  });
}

function numbered({ number, title }: ReadonlyPartialJSONObject): string {
  return `${number as number} · ${title as string}`;
}

/** The notebook that is meant: the one selected in the file browser, or the one in front. */
function chosen({ notebooks, browsers }: Surroundings, inBrowser: boolean): string | null {
  if (!inBrowser) {
    return notebooks?.currentWidget?.context.path ?? null;
  }
  const [item] = browsers?.tracker.currentWidget?.selectedItems() ?? [];
  return item?.type === 'notebook' ? item.path : null;
}

/** What the notebook declares, as it is on the screen; null after saying that it declares nothing. */
async function declared(around: Surroundings, path: string): Promise<NotebookInfo | null> {
  const open = await saved(around, path);
  try {
    return await api.notebook(named(path));
  } catch (refusal) {
    const { message } = refusal as Error;
    if (!message.includes('no cell tagged parameters')) {
      throw refusal;
    }
    await offerCell(message, open);
    return null;
  }
}

/** Save a notebook that is open and was changed: the platform reads files. */
async function saved({ documents }: Surroundings, path: string): Promise<NotebookPanel | undefined> {
  const open = documents.findWidget(path) as NotebookPanel | undefined;
  if (open?.context.model.dirty) {
    await open.context.save();
  }
  return open;
}

/** A name that is not taken for a shipped notebook's. */
function named(path: string): string {
  return path.includes('/') ? path : `./${path}`;
}

async function offerCell(message: string, open: NotebookPanel | undefined): Promise<void> {
  const add = Dialog.okButton({ label: 'Add the cell' });
  const { button } = await showDialog({
    title: 'Nothing to ask for yet',
    body: `${message} A job is asked by its parameters: put one a line into a code cell, as “fast: int = 10”, and tag the cell “parameters”.`,
    buttons: open ? [Dialog.cancelButton(), add] : [Dialog.okButton()]
  });
  if (open && button.label === add.label) {
    open.model?.sharedModel.insertCell(0, {
      cell_type: 'code',
      source: '# name: type = default  # what it is',
      metadata: { tags: ['parameters'] }
    });
  }
}
