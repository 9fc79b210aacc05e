/** How the connection is and what runs, in words: in the panel's head and in the status bar. */

import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';
import { markIcon } from './icons';
import type { Platform } from './platform';
import type { Connection } from './socket';

const WORDS: Record<Connection, string> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  'signed out': 'Signed out'
};

export function Connected({ platform }: { platform: Platform }): React.JSX.Element {
  const { connection } = platform.socket;
  return (
    <span className="aur-connection" data-state={connection} role="status">
      {connection === 'signed out' ? <a href={location.href}>Sign in again</a> : WORDS[connection]}
    </span>
  );
}

/** The item of the status bar; a click shows the panel. */
export function statusItem(platform: Platform, showPanel: () => void): ReactWidget {
  const item = ReactWidget.create(
    <UseSignal signal={platform.changed}>
      {() => (
        <button className="aur-status" onClick={showPanel} title="Show the panel of Aurelius">
          <markIcon.react tag="span" />
          {summary(platform)}
        </button>
      )}
    </UseSignal>
  );
  item.addClass('aur-Status');
  return item;
}

function summary(platform: Platform): string {
  const running = platform.running.length;
  const jobs = running === 0 ? '' : running === 1 ? ', 1 job' : `, ${running} jobs`;
  return `${WORDS[platform.socket.connection]}${jobs}`;
}
