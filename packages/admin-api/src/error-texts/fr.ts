import type { ErrorTexts } from '../error-texts.ts'

export const fr: ErrorTexts = {
  malformedRequest: {
    title: 'Ce n’est pas une requête HTTP',
    cause: 'La ligne de requête ou l’en-tête n’a pas pu être lu comme du HTTP.',
    remedy:
      'Regardez ce qui se trouve entre le client et le serveur : un proxy qui parle un autre protocole est la cause habituelle.',
  },
  malformedJson: {
    title: 'Le corps n’est pas du JSON',
    cause: 'Le corps n’a pas pu être lu comme du JSON en UTF-8.',
    remedy: 'Envoyez un objet JSON. `detail` indique à quel caractère la lecture s’est arrêtée.',
  },
  invalidRequest: {
    title: 'La requête contient une valeur erronée ou manquante',
    cause: 'Une partie du chemin, de la requête, d’un en-tête ou du corps ne respecte pas le contrat de l’API.',
    remedy: '`errors` donne pour chaque endroit un pointeur JSON, un code stable et ce qui était attendu.',
  },
  invalidCursor: {
    title: 'Le curseur n’appartient pas à cette liste',
    cause: 'Le curseur a été modifié, ou vient d’une autre liste, d’une autre organisation ou d’autres filtres.',
    remedy:
      'Reprenez tel quel le `nextCursor` de la page précédente avec les mêmes filtres, ou recommencez sans curseur.',
  },
  unauthenticated: {
    title: 'Une clé valide est nécessaire',
    cause: 'La requête ne porte pas de clé, ou une clé inconnue, expirée ou révoquée.',
    remedy:
      'Envoyez `Authorization: Bearer rc_…`. `rollcall key create` crée une clé ; une clé révoquée ne revient pas.',
  },
  forbidden: {
    title: 'Cette clé ne le permet pas',
    cause:
      'La clé est valide, mais il lui manque une portée, ou il manque un droit aux rôles de son propriétaire. `detail` nomme ce qui manque.',
    remedy:
      'Utilisez une clé qui a cette portée (`rollcall key create --scope …`), ou donnez un rôle à son propriétaire (`rollcall role grant …`).',
  },
  stepUpRequired: {
    title: 'Confirmez d’abord que c’est bien vous',
    cause:
      'L’action est dangereuse et la personne connectée avec ce navigateur n’a pas prouvé récemment son identité. Rien n’a été modifié.',
    remedy:
      'Ouvrez `confirmUrl` dans le navigateur, confirmez avec une clé d’accès ou un code, puis renvoyez la requête dans les 15 minutes. Les clés d’API n’y sont jamais soumises.',
  },
  planRequired: {
    title: 'La formule de l’organisation ne comprend pas cette fonction',
    cause: 'La clé le permet, mais l’organisation a une formule sans cette fonction. `detail` nomme les deux.',
    remedy:
      'Choisissez une formule qui comprend la fonction : la personne qui exploite ce serveur l’attribue avec `rollcall plan set`. `rollcall plan show` indique ce que demande chaque fonction.',
  },
  locked: {
    title: 'Géré par une connexion',
    cause: 'L’enregistrement, ou ce que `errors` en nomme, est géré par un fournisseur d’identité et verrouillé ici.',
    remedy: 'Modifiez-le à la source, ou commencez une dérogation limitée dans le temps là où il y en a une.',
  },
  managed: {
    title: 'Un fournisseur d’identité gère cet élément',
    cause:
      'L’élément, ou cette partie de l’élément, appartient à une connexion : il se modifie là d’où il vient, même pour les administrateurs.',
    remedy:
      'Modifiez-le chez le fournisseur d’identité, ou retirez-le d’abord à la connexion : cessez la gestion de l’équipe ou dissociez-la du groupe.',
  },
  notFound: {
    title: 'Introuvable',
    cause: 'Le chemin est inconnu, ou l’identifiant ne désigne rien que cette clé puisse voir.',
    remedy:
      'Vérifiez l’identifiant et l’organisation. Ce qui appartient à une autre organisation répond comme ce qui n’existe pas.',
  },
  methodNotAllowed: {
    title: 'Ce chemin n’accepte pas cette méthode',
    cause: 'Le chemin existe, mais pas avec cette méthode HTTP.',
    remedy: 'Utilisez une des méthodes de l’en-tête `Allow`.',
  },
  requestTimeout: {
    title: 'La requête n’est pas arrivée à temps',
    cause: 'Le corps a été annoncé, mais n’a pas été envoyé en entier dans le délai.',
    remedy: 'Renvoyez la requête. Rien n’a été modifié.',
  },
  conflict: {
    title: 'La requête se heurte à ce qui existe',
    cause: 'Une valeur unique est déjà prise, ou l’état de l’objet interdit la modification.',
    remedy: '`errors` nomme le champ ; choisissez une autre valeur ou changez d’abord l’état.',
  },
  confirmationNeeded: {
    title: 'Une confirmation est nécessaire',
    cause: 'La requête retirerait des personnes ; rien n’a été modifié. `confirmation` nomme lesquelles.',
    remedy: 'Vérifiez qui serait retiré, puis renvoyez la même requête avec `confirm` égal à `confirmation.token`.',
  },
  idempotencyInFlight: {
    title: 'La première requête avec cette Idempotency-Key est encore en cours',
    cause: 'Deux requêtes avec la même `Idempotency-Key` sont arrivées en même temps.',
    remedy:
      'Attendez le temps indiqué par `Retry-After` et renvoyez la même requête : elle recevra la réponse de la première.',
  },
  versionMismatch: {
    title: 'Quelqu’un d’autre a modifié cet objet avant vous',
    cause: '`If-Match` nomme une autre version que la version actuelle.',
    remedy: '`currentVersion` et l’en-tête `ETag` donnent la version actuelle : relisez, décidez à nouveau, renvoyez.',
  },
  bodyTooLarge: {
    title: 'Le corps est trop grand',
    cause: 'Le corps dépasse la limite que nomme `detail`.',
    remedy: 'Envoyez moins à la fois.',
  },
  urlTooLong: {
    title: 'L’URL est trop longue',
    cause: 'Le chemin et la requête dépassent ensemble la limite.',
    remedy: 'Raccourcissez la requête. Les filtres SCIM trop longs s’envoient par POST à `.search`.',
  },
  unsupportedMediaType: {
    title: 'Le corps doit être du JSON',
    cause: 'Le `Content-Type` du corps n’est pas `application/json`.',
    remedy: 'Envoyez `Content-Type: application/json`.',
  },
  idempotencyMismatch: {
    title: 'Cette Idempotency-Key a servi à une autre requête',
    cause: 'En moins de 24 heures, la même `Idempotency-Key` est arrivée avec un autre chemin ou un autre corps.',
    remedy:
      'Créez une nouvelle clé pour chaque nouvelle intention ; ne répétez une clé que pour répéter la même requête.',
  },
  tooManyRequests: {
    title: 'Trop de requêtes',
    cause: 'Il est arrivé plus de requêtes que ne le permet l’en-tête `RateLimit-Policy`.',
    remedy: 'Attendez le nombre de secondes indiqué par `Retry-After`.',
  },
  headersTooLarge: {
    title: 'L’en-tête est trop long',
    cause: 'Les champs de l’en-tête dépassent ensemble la limite.',
    remedy: 'Envoyez moins de champs, ou des champs plus courts.',
  },
  internal: {
    title: 'Le serveur a fait une erreur',
    cause:
      'Il s’est produit ce qui ne doit pas se produire ; le journal du serveur en garde la trace sous ce `requestId`.',
    remedy: 'Réessayez. Si cela se reproduit, signalez-le avec le `requestId`.',
  },
  unavailable: {
    title: 'Le serveur ne peut pas répondre maintenant',
    cause: 'La base de données est injoignable, ou le serveur démarre ou s’arrête.',
    remedy: 'Attendez le nombre de secondes indiqué par `Retry-After` et renvoyez la requête. Rien n’a été modifié.',
  },
}
