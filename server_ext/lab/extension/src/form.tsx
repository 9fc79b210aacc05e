/** A dialog with fields that stays open until the platform has taken what is in them, and shows at each what is wrong. */

import { Dialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { Refused } from './api';

const SEND = 1;

export interface Field {
  name: string;
  label: string;
  hint?: string;
  type?: string;
  kind: 'switch' | 'number' | 'text' | 'json' | 'choice';
  initial: string;
  choices?: [value: string, label: string][];
  required?: boolean;
  /** The field is shown only while another one holds this. */
  when?: [name: string, value: string];
}

export interface FieldSet {
  legend: string;
  note?: string;
  fields: Field[];
}

/** The fields, what is in them, and what is wrong with it. */
export class Form extends ReactWidget {
  private texts = new Map<string, string>();
  private errors: Record<string, string> = {};
  private problem = '';

  constructor(private sets: FieldSet[]) {
    super();
    this.addClass('aur-Form');
    for (const field of this.fields) {
      this.texts.set(field.name, field.initial);
    }
  }

  /** What is in a field. */
  text(name: string): string {
    return this.texts.get(name) ?? '';
  }

  /** Show what the platform refused; focus goes to the first field at fault. */
  refuse(refusal: Error): void {
    const fields = refusal instanceof Refused ? refusal.fields : {};
    this.errors = {};
    let elsewhere = Object.keys(fields).length === 0;
    for (const [path, text] of Object.entries(fields)) {
      const field = this.atFault(path);
      if (field) {
        this.errors[field.name] = text;
      } else {
        elsewhere = true;
      }
    }
    this.problem = elsewhere ? refusal.message : '';
    this.update();
    const [first] = Object.keys(this.errors);
    if (first) {
      this.node.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    }
  }

  override render(): React.JSX.Element {
    return (
      <>
        {this.problem && (
          <p className="aur-problem" role="alert">
            {this.problem}
          </p>
        )}
        {this.sets.map(set => (
          <fieldset key={set.legend}>
            <legend>{set.legend}</legend>
            {set.note && <p className="aur-note">{set.note}</p>}
            {set.fields.filter(field => this.isShown(field)).map(field => this.field(field))}
          </fieldset>
        ))}
      </>
    );
  }

  private get fields(): Field[] {
    return this.sets.flatMap(set => set.fields);
  }

  /** The field that a path of the platform's means: one of the form, or a parameter, as `grid.fast.0` means `grid`. */
  private atFault(path: string): Field | undefined {
    const [name] = path.split('.');
    return (
      this.fields.find(field => this.isShown(field) && field.name === name) ??
      this.fields.find(field => field.name === `parameters.${name}`)
    );
  }

  private isShown({ when }: Field): boolean {
    return !when || this.texts.get(when[0]) === when[1];
  }

  private field(field: Field): React.JSX.Element {
    const id = `aur-field-${field.name}`;
    const error = this.errors[field.name];
    const described = [field.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
    return (
      <div className="aur-field" key={field.name} data-kind={field.kind}>
        <label htmlFor={id}>
          {field.label}
          {field.type && <code>{field.type}</code>}
          {field.required && <abbr title="must be given">*</abbr>}
        </label>
        {this.input(field, {
          id,
          name: field.name,
          'aria-invalid': Boolean(error),
          'aria-describedby': described || undefined
        })}
        {field.hint && (
          <small id={`${id}-hint`} className="aur-hint">
            {field.hint}
          </small>
        )}
        {error && (
          <small id={`${id}-error`} className="aur-error" role="alert">
            {error}
          </small>
        )}
      </div>
    );
  }

  private input(field: Field, named: Named): React.JSX.Element {
    const text = this.texts.get(field.name) ?? '';
    const take = (value: string): void => {
      this.texts.set(field.name, value);
    };
    if (field.kind === 'choice') {
      return (
        <select
          {...named}
          className="jp-mod-styled"
          defaultValue={text}
          onChange={change => {
            take(change.target.value);
            this.update();
          }}
        >
          {field.choices?.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      );
    }
    if (field.kind === 'switch') {
      return (
        <input
          {...named}
          type="checkbox"
          defaultChecked={text === 'true'}
          onChange={change => {
            take(String(change.target.checked));
          }}
        />
      );
    }
    const typed = {
      ...named,
      className: 'jp-mod-styled',
      defaultValue: text,
      spellCheck: false,
      placeholder: field.type?.includes('None') ? 'None' : undefined,
      autoComplete: 'off',
      onChange: (change: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
        take(change.target.value);
      }
    };
    if (field.kind === 'json' && text.length > 40) {
      return <textarea {...typed} rows={3} />;
    }
    return <input {...typed} type="text" inputMode={field.kind === 'number' ? 'decimal' : 'text'} />;
  }
}

interface Named {
  id: string;
  name: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
}

/** Ask by a form; `send` is tried until it succeeds or somebody gives up. Gives whether it was done. */
export async function askBy(
  title: string,
  form: Form,
  label: string,
  send: () => Promise<void>
): Promise<boolean> {
  const dialog = new Asking(title, form, label, send);
  const { button } = await dialog.launch();
  return button.accept;
}

class Asking extends Dialog<unknown> {
  private sending = false;

  constructor(
    title: string,
    private form: Form,
    label: string,
    private send: () => Promise<void>
  ) {
    super({
      title,
      body: form,
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label })],
      focusNodeSelector: 'input, select, textarea'
    });
    this.addClass('aur-Dialog');
  }

  /** Close when the button was another one, or when what was sent has been taken. */
  override resolve(index?: number): void {
    if ((index ?? SEND) === SEND) {
      void this.trySending();
    } else {
      super.resolve(index);
    }
  }

  private async trySending(): Promise<void> {
    if (this.sending) {
      return;
    }
    this.sending = true;
    try {
      await this.send();
      super.resolve(SEND);
    } catch (refusal) {
      this.form.refuse(refusal as Error);
    } finally {
      this.sending = false;
    }
  }
}
