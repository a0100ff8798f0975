import type { MailCatalog } from '../template-data.ts'

export const ja: MailCatalog = {
  mails: {
    invitation: {
      subject: '{organization} への招待',
      heading: '{organization} へようこそ',
      paragraphs: [
        '{organization} にあなたのアカウントが作成されました。このメールアドレスがご本人のものであることを確認してください。確認が済むまでサインインできません。',
        'リンクが使えるのは一度だけで、このメールの送信から {hours} 時間以内です。',
        'お心当たりがない場合は、このメールを無視してください。確認しないかぎり何も起こりません。',
      ],
      button: 'メールアドレスを確認する',
    },
    keyCreated: {
      subject: '{serviceAccount} のキーが作成されました',
      heading: '{organization} に新しいキーが作成されました',
      paragraphs: [
        'サービスアカウント {serviceAccount} のキーが作成されました。',
        'キー：{key}（{hint}）',
        '許可された操作：{scopes}',
        '有効期限：{expiresAt}',
        '作成者：{actor}、日時：{at}',
        'お心当たりがない場合は、キーを失効させ、管理者に連絡してください。',
      ],
    },
    keyRevoked: {
      subject: '{serviceAccount} のキーが失効しました',
      heading: '{organization} でキーが失効しました',
      paragraphs: [
        'サービスアカウント {serviceAccount} のキーが失効しました。このキーを使うリクエストは今後すべて拒否されます。',
        'キー：{key}（{hint}）',
        '失効させた人：{actor}、日時：{at}',
      ],
    },
    ownKeyCreated: {
      subject: 'あなたの名義でキーが作成されました',
      heading: '{organization} にあなたの新しいキーが作成されました',
      paragraphs: [
        'ほかの人が、あなたの権限で動くキーを作成しました。',
        'キー：{key}（{hint}）',
        '許可された操作：{scopes}',
        '有効期限：{expiresAt}',
        '作成者：{actor}、日時：{at}',
        'お心当たりがない場合は、管理者に連絡してください。',
      ],
    },
    ownKeyRevoked: {
      subject: 'あなたのキーが失効しました',
      heading: '{organization} であなたのキーが失効しました',
      paragraphs: [
        'ほかの人があなたのキーを失効させました。このキーを使うリクエストは今後すべて拒否されます。',
        'キー：{key}（{hint}）',
        '失効させた人：{actor}、日時：{at}',
      ],
    },
    keyExpiring: {
      subject: 'まもなく期限が切れるキーがあります：{key}',
      heading: '{organization} のキーの期限がまもなく切れます',
      paragraphs: [
        'キー {key}（{hint}）の有効期限は {expiresAt} です。期限を過ぎると、このキーを使う連携は動かなくなります。',
        'このキーはサービスアカウント {serviceAccount} のものです。',
        '期限までにキーを交換してください。クライアントを切り替える間は、古いキーと新しいキーを同時に使えます。',
      ],
    },
    keyExpired: {
      subject: 'キーの期限が切れました：{key}',
      heading: '{organization} のキーの期限が切れました',
      paragraphs: [
        'キー {key}（{hint}）の期限が {expiresAt} に切れました。このキーを使うリクエストは今後すべて拒否されます。',
        'このキーはサービスアカウント {serviceAccount} のものです。',
        '新しいキーを作成し、クライアントに設定してください。',
      ],
    },
    keyLeaked: {
      subject: '公開された場所でキーが見つかりました：{key}',
      heading: '{organization} のキーが漏えいしました',
      paragraphs: [
        'キー {key}（{hint}）が、ほかの人が読める場所で見つかりました。',
        '見つかった場所：{source}',
        'このキーは {revokedAt} に失効しました。このキーを使うリクエストは今後すべて拒否されます。新しいキーを作成してください。',
        'キー {openKey} はまだ使える状態です。すぐに失効させ、新しいキーを作成してください。',
        'キーの最近の利用履歴を確認してください。身に覚えのない利用が含まれている可能性があります。',
      ],
    },
    keyOwnerLeft: {
      subject: '所有者がいなくなったキーがあります：{key}',
      heading: 'キーの所有者が {organization} を離れました',
      paragraphs: [
        '{owner} のアカウントが有効でなくなったため、キー {key}（{hint}）も使えなくなりました。',
        '別のキーに替えるまで、接続 {connection} のプロビジョニングは止まったままです。',
        '発生日時：{at}',
        'サービスアカウントのキーを作成し、クライアントに設定してください。人が離れても、サービスアカウントのキーはそのまま使えます。',
      ],
    },
    webhookDisabled: {
      subject: 'Webhook が無効になりました: {webhook}',
      heading: '{organization} の Webhook が無効になりました',
      paragraphs: [
        '{host} の Webhook {webhook} が無効になりました。有効に戻すまで、イベントは送信されません。',
        '{goneAt} に、エンドポイントはもう存在しないという応答がありました (410)。',
        '{failingSinceAt} から一度も送信に成功していません。',
        '配信の記録を確認してエンドポイントを直し、Webhook を有効にしてから、届かなかったイベントを再送してください。',
      ],
    },
    certificateExpiring: {
      subject: '証明書の期限が近づいています: {identityProvider}',
      heading: '{organization} の ID プロバイダーの証明書がまもなく期限切れになります',
      paragraphs: [
        'ID プロバイダー {identityProvider} が署名に使う証明書は {expiresAt} に期限切れになります。',
        'フィンガープリント: {fingerprint}',
        'それまでにメタデータに次の証明書がないと、この ID プロバイダーでサインインできなくなります。',
        'ID プロバイダーの担当者に新しいメタデータを依頼するか、メタデータを読み直してください。',
      ],
    },
    holdWaiting: {
      subject: '一括変更が判断を待っています: {connection}',
      heading: '{organization} の一括変更が判断を待っています',
      paragraphs: [
        '接続 {connection} の変更 {changes} 件が {openedAt} から判断を待っています。まだ何も適用されていません。',
        '対象の名前を確認し、承認または破棄してください。{expiresAt} までに判断がなければ破棄され、ID プロバイダーは同じ要求を送り続けます。',
      ],
    },
    appQuarantined: {
      subject: 'アプリが動作していません: {app}',
      heading: '{organization} のアプリ {app} が動作していません',
      paragraphs: [
        '{sinceAt} から、アプリ {app} にはほとんど何も届いていません。現在は自動の確認だけを送っています。それ以外はすべて待機しており、失われたものはありません。',
        '理由 (英語): {meaning}',
        '対処方法 (英語): {remedy}',
        'アプリの応答: {detail}',
        '確認に成功すると、すべて自動的に再開します。すぐに確認を実行することもできます。',
      ],
    },
    appPaused: {
      subject: 'アプリを一時停止しました: {app}',
      heading: '{organization} のアプリ {app} を一時停止しました',
      paragraphs: [
        '{sinceAt} からアプリ {app} に何も届かないため、一時停止しました。失われたものはありません。リンク、ルール、待機中の処理はそのまま残っています。',
        '理由 (英語): {meaning}',
        '対処方法 (英語): {remedy}',
        '対処が済んだらアプリを再開してください。中断したところから続行します。',
      ],
    },
    appWorkHeld: {
      subject: '{app} の {count} 件の操作が判断を待っています',
      heading: '{organization} のアプリ {app} で {count} 件の操作が判断を待っています',
      paragraphs: [
        'アプリ {app} で {count} 件のアカウント、グループ、またはメンバーが無効化、削除、除外、または値の消去の対象になっています。1 日に通せるのは {allowance} 件です。まだ何も送信していません。',
        '最も多い原因 ({causeCount} 件): {cause}',
        '対象の名前を確認し、すべて、一部、またはなしで承認してください。{lapsesAt} までに判断がなければ、あらためて評価します。',
      ],
    },
    appEscrowGrown: {
      subject: '{app} に {count} 件をプロビジョニングできません',
      heading: '{organization} のアプリ {app} が {count} 件の人またはチームを受け付けません',
      paragraphs: [
        '{at} の時点で、{count} 件の人またはチームをアプリ {app} にプロビジョニングできていません。間隔を空けながら自動的に再試行します。',
        '最も多い理由 (英語): {meaning}',
        '対処方法 (英語): {remedy}',
      ],
    },
    sourceReadHeld: {
      subject: '{source} の読み取りが確認を待っています',
      heading: '{organization} のソース {source} の読み取り内容がいつもと異なります',
      paragraphs: [
        '{at} にソース {source} から届いた内容がこれまでと大きく異なるため、何も反映していません。',
        '疑わしい点 (英語): {detail}',
        '読み取り内容を確認し、承認または却下してください。それまではすべて現状のままです。',
      ],
    },
    sourceReadFailed: {
      subject: 'ソース {source} を読み取れません',
      heading: '{organization} のソース {source} を読み取れませんでした',
      paragraphs: [
        '{at} にソース {source} を読み取れませんでした。これにより変更または無効化された人はいません。',
        '理由 (英語): {meaning}',
        '対処方法 (英語): {remedy}',
        '詳細 (英語): {detail}',
      ],
    },
    appLeaversWaiting: {
      subject: '退職者 {count} 名がまだ {app} を利用できます',
      heading: '{organization} を離れた人のアカウントがアプリ {app} に残っています',
      paragraphs: [
        'アプリ {app} で、離れた人のアカウント {count} 件を無効にする必要がありますが、届いていません。最初のものは {sinceAt} から待っています。',
        'アプリの状態と、拒否された内容を確認してください。それまでの間は、アプリの側でこれらのアカウントを手動で無効にしてください。',
        'アプリが受け付けるようになれば、すべて自動的に再開します。',
      ],
    },
    appPlanWaiting: {
      subject: '{app} の計画が確認を待っています',
      heading: '{organization} のアプリ {app} の照合により計画が作成されました',
      paragraphs: [
        'アプリ {app} を、あるべき状態と比較しました。計画の内容：{summary}。まだ何も送信されていません。',
        '計画を確認し、適用するか破棄してください。{expiresAt} を過ぎると、作り直す必要があります。',
      ],
    },
    appCredentialsExpiring: {
      subject: 'アプリの認証情報の期限が近づいています: {app}',
      heading: '{organization} のアプリ {app} の認証情報がまもなく期限切れになります',
      paragraphs: [
        '{organization} がアプリ {app} への接続に使う認証情報は {expiresAt} に期限切れになります。それ以降は何も届かず、新しい人のアカウントは作成されず、離れた人のアカウントは残ったままになります。',
        'アプリで新しい認証情報を作成し、期限とあわせてここに登録してください。中断したところから続行します。',
      ],
    },
    metadataRefused: {
      subject: '{identityProvider} のメタデータが拒否されました',
      heading: '{organization} の ID プロバイダーのメタデータが拒否されました',
      paragraphs: [
        '{at} に ID プロバイダー {identityProvider} のメタデータを読み直しましたが、拒否されました。以前の内容が引き続き有効なため、サインインはこれまでどおりできます。',
        '理由: {reason}',
        'ここで何かを変更する前に、この文書が正しいものかを ID プロバイダーの担当者に確認してください。メタデータは 1 時間ごとに読み直されます。',
      ],
    },
    serviceAccountDisabled: {
      subject: 'サービスアカウント {serviceAccount} が無効になりました',
      heading: '{organization} でサービスアカウントが無効になりました',
      paragraphs: [
        'サービスアカウント {serviceAccount} が無効になりました。再び有効にするまで、このアカウントのキーは拒否されます。',
        '無効にした人：{actor}、日時：{at}',
      ],
    },
    passkeyAdded: {
      subject: 'アカウントにパスキーが追加されました',
      heading: '{organization} の新しいパスキー',
      paragraphs: [
        'アカウントにパスキー「{name}」が追加されました。このパスキーを持つ人は、あなたとしてサインインできます。',
        '日時: {at}',
        '心当たりがない場合は、サインインしてこのパスキーを削除し、ほかのセッションを終了して、管理者に知らせてください。',
      ],
    },
    passkeyRemoved: {
      subject: 'アカウントからパスキーが削除されました',
      heading: '{organization} のパスキーの削除',
      paragraphs: [
        'アカウントからパスキー「{name}」が削除され、使えなくなりました。',
        '日時: {at}',
        '心当たりがない場合は、すぐに管理者に知らせてください。',
      ],
    },
    totpAdded: {
      subject: 'アカウントに認証アプリが追加されました',
      heading: '{organization} のワンタイムコード',
      paragraphs: [
        '今後、パスワードでサインインするときに認証アプリのコードが必要になります。',
        '日時: {at}',
        '心当たりがない場合は、すぐに管理者に知らせてください。',
      ],
    },
    totpRemoved: {
      subject: 'アカウントから認証アプリが削除されました',
      heading: '{organization} のワンタイムコードの解除',
      paragraphs: [
        'アカウントから認証アプリが削除され、そのコードは使えなくなりました。',
        '日時: {at}',
        '心当たりがない場合は、すぐに管理者に知らせてください。',
      ],
    },
    recoveryCodesMade: {
      subject: 'アカウントのリカバリーコードが新しく作成されました',
      heading: '{organization} の新しいリカバリーコード',
      paragraphs: [
        'アカウントのリカバリーコードが新しく作成されました。以前のコードは使えなくなりました。',
        '日時: {at}',
        '心当たりがない場合は、すぐに管理者に知らせてください。',
      ],
    },
    recoveryCodeUsed: {
      subject: 'アカウントのリカバリーコードが使われました',
      heading: '{organization} のリカバリーコードの使用',
      paragraphs: [
        'リカバリーコードが 1 つ使われました。残りのコード: {left} 個',
        '日時: {at}',
        '心当たりがない場合は、サインインしてコードを作り直し、ほかのセッションを終了して、管理者に知らせてください。',
      ],
    },
    factorsReset: {
      subject: 'サインイン手段がリセットされました',
      heading: '{organization} でのリセット',
      paragraphs: [
        '管理者があなたのアカウントからパスキー、認証アプリまたはリカバリーコードを削除し、すべての端末でサインアウトされました。',
        '理由: {reason}',
        '日時: {at}',
        '次回サインインするときに設定し直してください。依頼した覚えがない場合は、管理者に知らせてください。',
      ],
    },
    passwordForgotten: {
      subject: '{organization} の新しいパスワードの設定',
      heading: '新しいパスワード',
      paragraphs: [
        '{organization} のアカウントについて、新しいパスワードの依頼がありました。次のリンクから設定してください。',
        'リンクはこのメールの送信から {minutes} 分以内に一度だけ使えます。',
        '心当たりがない場合は、このメールを無視してください。パスワードはそのままです。',
      ],
      button: 'パスワードを設定',
    },
    emailConfirmNew: {
      subject: '{organization} の新しいアドレスの確認',
      heading: '新しいメールアドレス',
      paragraphs: [
        '{address} が {organization} のアカウントのアドレスになります。ご自身のものか確認してください。',
        '現在のアドレスでも確認されるとアドレスが変わります。リンクは {hours} 時間有効です。',
        '心当たりがない場合は、このメールを無視してください。何も変わりません。',
      ],
      button: 'アドレスを確認',
    },
    emailConfirmOld: {
      subject: '{organization} のアドレス変更の依頼',
      heading: 'メールアドレス変更の依頼',
      paragraphs: [
        'あなたとしてサインインしている人が、{organization} のアカウントのアドレスをこのアドレスから {address} に変更しようとしています。',
        'このリンクで許可した場合にのみ変わります。リンクは {hours} 時間有効です。',
        '心当たりがない場合は、リンクを開かずにパスワードを変更し、管理者に知らせてください。',
      ],
      button: '変更を許可',
    },
    setupLink: {
      subject: '{provider} と {organization} の接続のお願い',
      heading: '{provider} を {organization} に接続する',
      paragraphs: [
        '{provider} を {organization} に接続する依頼が届いています。ボタンから開くページが、コピーする値とともに手順を一つずつご案内し、動作しているかどうかもその場で表示します。アカウントは必要ありません。',
        '{provider} の管理者権限が必要です。ほかの方が管理者の場合は、このメールを転送してください。',
        'リンクは {expiresAt} まで使えます。',
        'お心当たりがない場合は、開く前に {organization} にお問い合わせください。',
      ],
      button: '始める',
    },
    test: {
      subject: 'Rollcall からのテストメール',
      heading: 'メールは正常に送信されています',
      paragraphs: [
        '{organization} のテストメールです。このメールが届いていれば、Rollcall からメールを送信できます。',
        '依頼日時：{at}',
      ],
    },
  },
  copyLink: 'ボタンが動作しない場合は、次のアドレスをコピーしてブラウザーに貼り付けてください。',
  footer: 'このメールは {organization} に代わって Rollcall が自動送信しています。返信はお読みできません。',
}
