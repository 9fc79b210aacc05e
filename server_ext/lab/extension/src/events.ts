/** Events in words. */

import type { Platform } from './platform';
import type { Frame } from './socket';

/** What happened, and to what. */
export function sentenceOf({ type, data }: Frame, platform: Platform): [title: string, detail: string] {
  if (type === 'notification') {
    return [text(data.message), ''];
  }
  const [first = '', ...rest] = type.split('_');
  const title = `${first.charAt(0).toUpperCase()}${first.slice(1)} ${rest.join(' ')}`;
  return [title, [subjectOf(data, platform), text(data.error)].filter(Boolean).join(': ')];
}

function subjectOf(data: Frame['data'], platform: Platform): string {
  const strategy = platform.strategies.find(one => one.id === data.strategy_id);
  const [made] = Array.isArray(data.strategies) ? (data.strategies as { name?: string }[]) : [];
  const schedule = platform.schedules.find(one => one.id === data.schedule_id);
  return strategy?.name ?? made?.name ?? schedule?.name ?? text(data.notebook);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
