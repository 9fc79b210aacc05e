/** Dashboards of the platform as tabs of Lab, in Lab's theme. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type IThemeManager, MainAreaWidget } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IFrame } from '@jupyterlab/ui-components';
import { markIcon } from './icons';

const ALLOWED: IFrame.SandboxExceptions[] = [
  'allow-downloads',
  'allow-forms',
  'allow-modals',
  'allow-popups',
  'allow-same-origin',
  'allow-scripts'
];

/** Open a dashboard as a tab, or show the tab that it is in. */
export function openPage(
  app: JupyterFrontEnd,
  themes: IThemeManager | null,
  path: string,
  title: string
): void {
  const id = `aurelius-page-${path}`;
  const open = Array.from(app.shell.widgets('main')).find(widget => widget.id === id);
  if (!open) {
    const page = new MainAreaWidget({ content: frame(themes, path) });
    page.id = id;
    page.title.label = title;
    page.title.icon = markIcon;
    page.title.closable = true;
    page.toolbar.hide();
    app.shell.add(page, 'main');
  }
  app.shell.activateById(id);
}

function frame(themes: IThemeManager | null, path: string): IFrame {
  const content = new IFrame({ sandbox: ALLOWED });
  content.url = URLExt.join(PageConfig.getBaseUrl(), path);
  const inner = content.node.querySelector('iframe') as HTMLIFrameElement;
  inner.title = 'A dashboard of Aurelius';
  const dress = (): void => {
    const { theme } = themes ?? {};
    const page = inner.contentDocument?.documentElement;
    if (theme && page) {
      page.dataset.theme = themes?.isLight(theme) ? 'light' : 'dark';
      inner.contentWindow?.dispatchEvent(new CustomEvent('aurelius:theme', { detail: page.dataset.theme }));
    }
  };
  inner.addEventListener('load', dress);
  themes?.themeChanged.connect(dress);
  content.disposed.connect(() => themes?.themeChanged.disconnect(dress));
  return content;
}
