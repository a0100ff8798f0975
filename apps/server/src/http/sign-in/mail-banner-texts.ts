import type { Language } from '../../language.ts'

type MailBannerTexts = {
  readonly title: string
  readonly explain: string
  readonly read: string
  readonly copy: string
  readonly configure: string
}

/** `{waiting}` is the number of mails in the outbox. */
export const mailBannerTexts: { readonly [language in Language]: MailBannerTexts } = {
  en: {
    title: 'No mail server is configured',
    explain:
      'Nothing is sent from here. Mails wait in the outbox (now: {waiting}), and everything else works: invitations are handed over as links.',
    read: 'Read the mails that wait:',
    copy: 'Copy the link of an invitation and hand it over yourself:',
    configure:
      'Whoever runs this server sets SMTP_URL and starts it again. What is at most three days old is sent then.',
  },
  ko: {
    title: '메일 서버가 설정되어 있지 않습니다',
    explain:
      '이 서버에서는 메일이 발송되지 않습니다. 메일은 보낼 편지함에 대기하며(현재 {waiting}통) 그 밖의 기능은 모두 작동합니다. 초대는 링크로 전달할 수 있습니다.',
    read: '대기 중인 메일 읽기:',
    copy: '초대 링크를 복사해 직접 전달하기:',
    configure:
      '서버 운영자가 SMTP_URL을 설정하고 서버를 다시 시작하면 됩니다. 그때 3일이 지나지 않은 메일이 발송됩니다.',
  },
  ja: {
    title: 'メールサーバーが設定されていません',
    explain:
      'このサーバーからメールは送信されません。メールは送信トレイで待機し(現在 {waiting} 通)、そのほかの機能はすべて動作します。招待はリンクとして渡せます。',
    read: '待機中のメールを読む:',
    copy: '招待のリンクをコピーして直接渡す:',
    configure:
      'サーバーの運用担当者が SMTP_URL を設定して再起動してください。その時点で 3 日以内のメールが送信されます。',
  },
  fr: {
    title: 'Aucun serveur de messagerie n’est configuré',
    explain:
      'Rien n’est envoyé d’ici. Les messages attendent dans la boîte d’envoi (en ce moment : {waiting}) et tout le reste fonctionne : les invitations se transmettent sous forme de liens.',
    read: 'Lire les messages en attente :',
    copy: 'Copier le lien d’une invitation et le transmettre vous-même :',
    configure:
      'La personne qui exploite ce serveur définit SMTP_URL et le redémarre. Ce qui a trois jours au plus est alors envoyé.',
  },
}
