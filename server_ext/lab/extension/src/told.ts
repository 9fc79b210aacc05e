/** What the page was told when it was opened: who looks, what they may do, the dashboards and the tutorials. */

import { PageConfig } from '@jupyterlab/coreutils';

interface Told {
  user: { id: string; name: string; is_admin: boolean };
  may: string[];
  /** Where the dashboards are. */
  pages: string;
  dashboards: { title: string; lead: string; path: string }[];
  tutorials: { file: string; title: string }[];
}

/** It, or null on a server that is not ours. */
export function told(): Told | null {
  const text = PageConfig.getOption('aurelius');
  return text ? (JSON.parse(text) as Told) : null;
}

export type { Told };
