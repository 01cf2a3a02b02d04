/** The playground's request. */

import type { Question } from './state.ts'

interface Props {
  readonly question: Question
  readonly onQuestion: (question: Question) => void
}

const fields = [
  ['principal', 'Principal', 'an ARN, a service, or *'],
  ['action', 'Action', 's3:GetObject'],
  ['resource', 'Resource', 'an ARN, or *'],
  ['resourceAccount', 'Account of the resource', "default: the ARN's"],
] as const

export function QuestionForm({ question, onQuestion }: Props) {
  return (
    <div class="question">
      {fields.map(([name, label, hint]) => (
        <label key={name}>
          {label}
          <input
            value={question[name]}
            placeholder={hint}
            onInput={(event) => onQuestion({ ...question, [name]: event.currentTarget.value })}
            spellcheck={false}
            autocomplete="off"
          />
        </label>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={question.foldResourceNames}
          onChange={(event) => onQuestion({ ...question, foldResourceNames: event.currentTarget.checked })}
        />
        names compare without case, as in Glue's catalog
      </label>
      <label>
        Context: condition keys, tags of session, principal, request and resource
        <textarea
          rows={7}
          value={question.context}
          onInput={(event) => onQuestion({ ...question, context: event.currentTarget.value })}
          placeholder='{ "aws:PrincipalTag/team": "finance" }'
          spellcheck={false}
          autocomplete="off"
        />
      </label>
    </div>
  )
}
