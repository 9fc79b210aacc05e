/** The side panel: its sections under one head that says how the connection is. */

import { refreshIcon, ReactWidget, SidePanel, UseSignal } from '@jupyterlab/ui-components';
import { type AccordionPanel } from '@lumino/widgets';
import React from 'react';
import { markIcon } from './icons';
import { type Doing, Events, Jobs, Schedules, Strategies } from './sections';
import { Connected } from './status';

const SECTIONS = [
  ['Jobs', Jobs],
  ['Strategies', Strategies],
  ['Schedules', Schedules],
  ['Events', Events]
] as const;

/** The panel of the left side. */
export function sidePanel(doing: Doing): SidePanel {
  const panel = new SidePanel();
  panel.id = 'aurelius';
  panel.title.icon = markIcon;
  panel.title.caption = 'Aurelius';
  panel.addClass('aur-Panel');
  panel.header.addWidget(head(doing));
  for (const [label, Section] of SECTIONS) {
    const section = drawn(doing, () => <Section doing={doing} />);
    section.title.label = label;
    section.addClass('aur-Section');
    section.node.tabIndex = 0;
    panel.addWidget(section);
  }
  (panel.content as AccordionPanel).setRelativeSizes([3, 2, 1, 2]);
  return panel;
}

function head(doing: Doing): ReactWidget {
  const { platform } = doing;
  return drawn(doing, () => (
    <div className="aur-head">
      <h2>Aurelius</h2>
      <Connected platform={platform} />
      <button
        className="aur-action"
        aria-label="Read everything anew"
        title="Read everything anew"
        onClick={() => void platform.refresh()}
      >
        <refreshIcon.react tag="span" />
      </button>
    </div>
  ));
}

/** A part that is drawn anew when the platform changes. */
function drawn({ platform }: Doing, draw: () => React.JSX.Element): ReactWidget {
  return ReactWidget.create(<UseSignal signal={platform.changed}>{draw}</UseSignal>);
}
