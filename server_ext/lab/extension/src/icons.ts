/** The mark of Aurelius, in the colours of Lab's icons. */

import { LabIcon } from '@jupyterlab/ui-components';

const LINE = 'M3.5 17 9 5.5l3.6 7.6 2.2-3.6 5.7 7.5';

export const markIcon = new LabIcon({
  name: 'aurelius:mark',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16"><path class="jp-icon3 aur-mark" fill="none" stroke="#616161" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" d="${LINE}"/></svg>`
});

export const scheduleIcon = new LabIcon({
  name: 'aurelius:schedule',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16"><path class="jp-icon3" fill="#616161" d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20m0 18a8 8 0 1 1 0-16 8 8 0 0 1 0 16m.5-13H11v6l5.2 3.1.8-1.2-4.5-2.7z"/></svg>'
});

export const pauseIcon = new LabIcon({
  name: 'aurelius:pause',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16"><path class="jp-icon3" fill="#616161" d="M6 5h4v14H6zm8 0h4v14h-4z"/></svg>'
});
