/** The parameters of a notebook as people type them. What is wrong with a value is for the platform to say. */

import type { ParameterInfo } from './api';

export type Kind = 'switch' | 'number' | 'text' | 'json';

const NUMBERS = new Set(['int', 'float']);

/** How a parameter is asked for: by what its declaration says it may be. */
export function kindOf({ type }: ParameterInfo): Kind {
  const types = type.split(' | ').filter(one => one !== 'None');
  if (types.length === 1 && types[0] === 'bool' && !isOptional(type)) {
    return 'switch';
  }
  if (types.length === 1 && types[0] === 'str') {
    return 'text';
  }
  return types.every(one => NUMBERS.has(one)) ? 'number' : 'json';
}

/** What stands in the field at first. */
export function textOf(parameter: ParameterInfo): string {
  const value: unknown = parameter.default;
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The values of those fields that say something else than the notebook does. */
export function changed(
  parameters: ParameterInfo[],
  textOfField: (name: string) => string
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const text = textOfField(parameter.name);
    const isEmpty = text === '' && parameter.required;
    if (!isEmpty && (parameter.required || text !== textOf(parameter))) {
      values[parameter.name] = valueOf(parameter, text);
    }
  }
  return values;
}

/** The value of a text; what cannot be read stays text, for the platform to refuse in its words. */
function valueOf(parameter: ParameterInfo, text: string): unknown {
  if (text === '' && isOptional(parameter.type)) {
    return null;
  }
  if (kindOf(parameter) === 'text') {
    return text;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isOptional(type: string): boolean {
  return type.split(' | ').includes('None');
}
