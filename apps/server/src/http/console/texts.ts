import type { Language } from '../../language.ts'

type ConsoleTexts = { readonly title: string; readonly cause: string; readonly remedy: string }

/** When the console was not built: for whoever runs the server. */
export const missingTexts: { readonly [language in Language]: ConsoleTexts } = {
  en: {
    title: 'The console is not there',
    cause: 'This server runs, but the files of its console were not built. SCIM, sign-in and the API work as always.',
    remedy: 'Whoever runs the server builds them with',
  },
  ko: {
    title: '콘솔이 없습니다',
    cause: '서버는 실행 중이지만 콘솔 파일이 빌드되지 않았습니다. SCIM, 로그인, API는 평소대로 작동합니다.',
    remedy: '서버 운영자는 다음 명령으로 빌드합니다.',
  },
  ja: {
    title: 'コンソールがありません',
    cause:
      'サーバーは動作していますが、コンソールのファイルがビルドされていません。SCIM、サインイン、API は通常どおり動作します。',
    remedy: 'サーバーの運用担当者は次のコマンドでビルドできます。',
  },
  fr: {
    title: 'La console est absente',
    cause:
      'Ce serveur fonctionne, mais les fichiers de sa console n’ont pas été construits. SCIM, la connexion et l’API fonctionnent comme toujours.',
    remedy: 'La personne qui exploite le serveur les construit avec',
  },
}
