import type { Language } from '../../language.ts'
import { finishSignInTest } from '../../sign-in/sign-in-tests.ts'
import type { Trial } from '../../sign-in/trial.ts'
import { renderMessage } from './pages.ts'
import { answerPage, type SignInParts, type Visit } from './site.ts'

type Tried = {
  readonly provider: Parameters<typeof finishSignInTest>[1]
  readonly trial: Trial
  readonly outcome: Parameters<typeof finishSignInTest>[2]['outcome']
}

/** The end of a sign-in that was tried: what came of it stands in the other window. */
export async function answerTrial(
  { database }: Pick<SignInParts, 'database'>,
  visit: Visit,
  { provider, trial, outcome }: Tried,
): Promise<Response> {
  const { language, now } = visit
  await finishSignInTest(database, provider, { trial, outcome, now })
  const { passed, failed, close } = texts[language]
  const shown =
    outcome.kind === 'signedIn'
      ? { title: passed, text: close }
      : { title: failed, alert: `${failed} (${outcome.code})`, text: close }
  return answerPage(visit, outcome.kind === 'signedIn' ? 200 : 403, renderMessage(language, shown))
}

/** Nobody waits for it any more; it signs nobody in either. */
export function answerTrialOver(visit: Visit): Response {
  const { language } = visit
  return answerPage(visit, 410, renderMessage(language, { title: texts[language].title, alert: texts[language].over }))
}

type Texts = {
  readonly title: string
  readonly passed: string
  readonly failed: string
  readonly close: string
  readonly over: string
}

const texts: { readonly [language in Language]: Texts } = {
  en: {
    title: 'Test sign-in',
    passed: 'The test sign-in works',
    failed: 'The test sign-in failed',
    close:
      'Nobody was signed in and nothing was changed. Close this window: the result is in the window you came from.',
    over: 'This test is over. Begin a new one in the console.',
  },
  ko: {
    title: '로그인 테스트',
    passed: '로그인 테스트에 성공했습니다',
    failed: '로그인 테스트에 실패했습니다',
    close: '실제로 로그인하거나 변경한 것은 없습니다. 이 창을 닫으세요. 결과는 원래 창에서 확인할 수 있습니다.',
    over: '끝난 테스트입니다. 콘솔에서 새로 시작하세요.',
  },
  ja: {
    title: 'サインインのテスト',
    passed: 'サインインのテストに成功しました',
    failed: 'サインインのテストに失敗しました',
    close:
      '実際のサインインや変更は行われていません。このウィンドウを閉じてください。結果は元のウィンドウに表示されています。',
    over: 'このテストは終了しています。コンソールから新しく開始してください。',
  },
  fr: {
    title: 'Test de connexion',
    passed: 'Le test de connexion a réussi',
    failed: 'Le test de connexion a échoué',
    close:
      'Personne n’a été connecté et rien n’a été modifié. Fermez cette fenêtre : le résultat se trouve dans celle d’où vous venez.',
    over: 'Ce test est terminé. Lancez-en un nouveau depuis la console.',
  },
}
