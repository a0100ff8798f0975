import type { ErrorTexts } from '../error-texts.ts'

export const ja: ErrorTexts = {
  malformedRequest: {
    title: 'HTTP リクエストではありません',
    cause: 'リクエスト行またはヘッダーを HTTP として読み取れませんでした。',
    remedy: 'クライアントとサーバーの間を確認してください。別のプロトコルで通信するプロキシがよくある原因です。',
  },
  malformedJson: {
    title: '本文が JSON ではありません',
    cause: '本文を UTF-8 の JSON として読み取れませんでした。',
    remedy: 'JSON オブジェクトを 1 つ送信してください。読み取りが止まった位置は `detail` にあります。',
  },
  invalidRequest: {
    title: 'リクエストに誤った値、または不足している値があります',
    cause: 'パス、クエリ、ヘッダー、本文のいずれかが API の仕様に合っていません。',
    remedy: '`errors` に、各箇所の JSON ポインター、固定のコード、求められる値があります。',
  },
  invalidCursor: {
    title: 'このリストのカーソルではありません',
    cause: 'カーソルが変更されたか、別のリスト、別の組織、または別のフィルターのものです。',
    remedy: '前のページの `nextCursor` をそのまま同じフィルターで使うか、カーソルなしで最初から始めてください。',
  },
  unauthenticated: {
    title: '有効なキーが必要です',
    cause: 'リクエストにキーがないか、不明、期限切れ、または失効したキーです。',
    remedy:
      '`Authorization: Bearer rc_…` を送信してください。キーは `rollcall key create` で作成します。失効したキーは元に戻りません。',
  },
  forbidden: {
    title: 'このキーでは実行できません',
    cause:
      'キーは有効ですが、スコープが足りないか、キーの所有者のロールに権限がありません。足りないものは `detail` にあります。',
    remedy:
      'そのスコープを持つキーを使うか（`rollcall key create --scope …`）、所有者にロールを付与してください（`rollcall role grant …`）。',
  },
  stepUpRequired: {
    title: '先にご本人の確認が必要です',
    cause:
      '危険な操作ですが、このブラウザーでサインインしている人の確認からしばらく経っています。何も変更していません。',
    remedy:
      'ブラウザーで `confirmUrl` を開き、パスキーかコードで確認してから、15 分以内に同じリクエストを送り直してください。キーの場合は確認を求めません。',
  },
  planRequired: {
    title: '組織のプランにこの機能が含まれていません',
    cause: 'キーではこの操作ができますが、組織のプランにこの機能がありません。どちらも `detail` にあります。',
    remedy:
      'この機能を含むプランを選んでください。サーバーの運用者が `rollcall plan set` で組織のプランを設定します。機能ごとに必要なプランは `rollcall plan show` で確認できます。',
  },
  locked: {
    title: '接続によって管理されています',
    cause:
      'このレコード、または `errors` が示すその部分は、ID プロバイダーが管理しており、ここではロックされています。',
    remedy: 'ID プロバイダー側で変更するか、用意されている場合は期限付きの上書きを開始してください。',
  },
  managed: {
    title: 'ID プロバイダーが管理しています',
    cause: '対象そのもの、またはこの項目は接続に属しており、管理者であっても元の場所でしか変更できません。',
    remedy:
      'ID プロバイダー側で変更するか、先に接続から切り離してください。チームなら管理を停止するか、リンクを解除します。',
  },
  notFound: {
    title: '見つかりません',
    cause: 'パスが不明か、このキーで参照できるものの中にその ID がありません。',
    remedy: 'ID と組織を確認してください。他の組織のものは、存在しないものと同じ応答になります。',
  },
  methodNotAllowed: {
    title: 'このパスではこのメソッドを使えません',
    cause: 'パスは存在しますが、この HTTP メソッドには対応していません。',
    remedy: '`Allow` ヘッダーにあるメソッドを使ってください。',
  },
  requestTimeout: {
    title: 'リクエストが時間内に届きませんでした',
    cause: '予告された本文が、制限時間内にすべて送信されませんでした。',
    remedy: 'リクエストをもう一度送信してください。何も変更されていません。',
  },
  conflict: {
    title: 'リクエストが既存の状態と競合しています',
    cause: '一意でなければならない値がすでに使われているか、対象の状態では変更できません。',
    remedy: '該当するフィールドは `errors` にあります。別の値を選ぶか、先に状態を変えてください。',
  },
  confirmationNeeded: {
    title: '確認が必要です',
    cause: 'このリクエストを実行すると人が外れます。まだ何も変更していません。対象は `confirmation` にあります。',
    remedy: '外れる人を確認し、`confirm` に `confirmation.token` を指定して同じリクエストを送り直してください。',
  },
  idempotencyInFlight: {
    title: 'この Idempotency-Key の最初のリクエストはまだ処理中です',
    cause: '同じ `Idempotency-Key` のリクエストが同時に 2 つ届きました。',
    remedy: '`Retry-After` の時間だけ待ってから同じリクエストを送信すると、最初のリクエストの応答が返ります。',
  },
  versionMismatch: {
    title: '先に別の変更がありました',
    cause: '`If-Match` のバージョンが現在のバージョンと異なります。',
    remedy:
      '現在のバージョンは `currentVersion` と `ETag` ヘッダーにあります。読み直し、判断し直して送信してください。',
  },
  bodyTooLarge: {
    title: '本文が大きすぎます',
    cause: '本文が `detail` にある上限を超えています。',
    remedy: '一度に送信する量を減らしてください。',
  },
  urlTooLong: {
    title: 'URL が長すぎます',
    cause: 'パスとクエリの合計が上限を超えています。',
    remedy: 'クエリを短くしてください。収まらない SCIM フィルターは POST で `.search` に送信できます。',
  },
  unsupportedMediaType: {
    title: '本文は JSON でなければなりません',
    cause: '本文の `Content-Type` が `application/json` ではありません。',
    remedy: '`Content-Type: application/json` を送信してください。',
  },
  idempotencyMismatch: {
    title: 'この Idempotency-Key は別のリクエストで使われています',
    cause: '24 時間以内に、同じ `Idempotency-Key` が別のパスまたは本文とともに届きました。',
    remedy: '新しい操作ごとに新しいキーを作成してください。同じキーは、同じリクエストを繰り返すときだけ使います。',
  },
  tooManyRequests: {
    title: 'リクエストが多すぎます',
    cause: '`RateLimit-Policy` ヘッダーで許可された数を超えるリクエストが届きました。',
    remedy: '`Retry-After` の秒数だけ待ってください。',
  },
  headersTooLarge: {
    title: 'ヘッダーが長すぎます',
    cause: 'ヘッダーフィールドの合計が上限を超えています。',
    remedy: 'ヘッダーフィールドを減らすか、短くしてください。',
  },
  internal: {
    title: 'サーバーでエラーが発生しました',
    cause: '起こってはならないことが起こりました。サーバーのログで `requestId` を探すと見つかります。',
    remedy: 'もう一度試してください。繰り返す場合は `requestId` を添えて報告してください。',
  },
  unavailable: {
    title: 'サーバーは現在応答できません',
    cause: 'データベースに接続できないか、サーバーが起動中または停止中です。',
    remedy: '`Retry-After` の秒数だけ待ってから送信し直してください。何も変更されていません。',
  },
}
