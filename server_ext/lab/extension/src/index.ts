/** Aurelius in JupyterLab. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, IThemeManager, Notification, showDialog } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { Widget } from '@lumino/widgets';
import { api, type Job } from './api';
import { addNotebookCommands, addOpeningCommands, SHOW_PANEL } from './commands';
import { keepTelling } from './notices';
import { openPage } from './pages';
import { sidePanel } from './panel';
import { Platform } from './platform';
import { download } from './reports';
import type { Doing } from './sections';
import { statusItem } from './status';
import { told, type Told } from './told';

const ID = 'aurelius:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Strategies, jobs, schedules and events of Aurelius beside the notebook.',
  autoStart: true,
  requires: [IDocumentManager],
  optional: [
    INotebookTracker,
    IFileBrowserFactory,
    ICommandPalette,
    ILauncher,
    IStatusBar,
    IThemeManager,
    ILayoutRestorer,
    ISettingRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    documents: IDocumentManager,
    notebooks: INotebookTracker | null,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    statusBar: IStatusBar | null,
    themes: IThemeManager | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null
  ) => {
    const page = told();
    if (page === null) {
      return;
    }
    const platform = new Platform();
    const doing = doingOf(app, platform, page, themes);
    const around = { app, documents, notebooks, browsers, palette, launcher, themes };
    addOpeningCommands(around, doing, page);
    if (doing.may('jobs:run-notebook')) {
      addNotebookCommands(around, doing);
    }
    const panel = sidePanel(doing);
    app.shell.add(panel, 'left', { rank: 150 });
    restorer?.add(panel, panel.id);
    statusBar?.registerStatusItem(ID, {
      item: statusItem(platform, () => void app.commands.execute(SHOW_PANEL)),
      align: 'left',
      rank: 100
    });
    keepTelling(doing, page.user.id, wish(settings));
    platform.start();
  }
};

function doingOf(
  app: JupyterFrontEnd,
  platform: Platform,
  { user, may, pages }: Told,
  themes: IThemeManager | null
): Doing {
  return {
    platform,
    may: (permission, owner) =>
      may.includes(permission) && (owner === undefined || user.is_admin || owner === user.id),
    attempt: deed => {
      deed().catch((problem: unknown) => {
        Notification.error((problem as Error).message, { autoClose: 8000 });
      });
    },
    open: (page, title) => {
      openPage(app, themes, pages + page, title);
    },
    showLog: job => void showLog(platform.nameOf(job), job),
    download
  };
}

async function showLog(name: string, job: Job): Promise<void> {
  const body = new Widget();
  body.addClass('aur-log');
  const text = document.createElement('pre');
  text.tabIndex = 0;
  text.textContent =
    (await api.log(job.id).catch((problem: unknown) => (problem as Error).message)) ||
    'It has printed nothing.';
  body.node.append(text);
  await showDialog({ title: `What ${name} printed`, body, buttons: [Dialog.okButton({ label: 'Close' })] });
}

/** Whether notifications of ended jobs are wanted, as the settings say at each time. */
function wish(settings: ISettingRegistry | null): () => boolean {
  let wanted = true;
  void settings?.load(ID).then(loaded => {
    const read = (): void => {
      wanted = loaded.composite.notifyWhenJobsEnd !== false;
    };
    read();
    loaded.changed.connect(read);
  });
  return () => wanted;
}

export default plugin;
