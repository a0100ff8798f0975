import type { MailCatalog } from '../template-data.ts'

export const fr: MailCatalog = {
  mails: {
    invitation: {
      subject: 'Invitation à rejoindre {organization}',
      heading: 'Bienvenue chez {organization}',
      paragraphs: [
        'Un compte a été créé pour vous chez {organization}. Veuillez confirmer que cette adresse est bien la vôtre ; d’ici là, vous ne pouvez pas vous connecter.',
        'Le lien fonctionne une seule fois, dans les {hours} heures qui suivent cet e-mail.',
        'Vous n’attendiez pas cet e-mail ? Ignorez-le : sans votre confirmation, rien ne se passe.',
      ],
      button: 'Confirmer mon adresse',
    },
    keyCreated: {
      subject: 'Une clé a été créée pour {serviceAccount}',
      heading: 'Une nouvelle clé chez {organization}',
      paragraphs: [
        'Une clé a été créée pour le compte de service {serviceAccount}.',
        'Clé : {key} ({hint})',
        'Autorisations : {scopes}',
        'Elle expire le {expiresAt}.',
        'Créée par {actor} le {at}.',
        'Si personne chez vous ne l’a demandée, révoquez la clé et prévenez vos administrateurs.',
      ],
    },
    keyRevoked: {
      subject: 'Une clé de {serviceAccount} a été révoquée',
      heading: 'Une clé a été révoquée chez {organization}',
      paragraphs: [
        'Une clé du compte de service {serviceAccount} a été révoquée. Tout ce qui l’utilise encore est désormais refusé.',
        'Clé : {key} ({hint})',
        'Révoquée par {actor} le {at}.',
      ],
    },
    ownKeyCreated: {
      subject: 'Une clé a été créée à votre nom',
      heading: 'Une nouvelle clé à votre nom chez {organization}',
      paragraphs: [
        'Quelqu’un d’autre a créé une clé qui agit en votre nom.',
        'Clé : {key} ({hint})',
        'Autorisations : {scopes}',
        'Elle expire le {expiresAt}.',
        'Créée par {actor} le {at}.',
        'Si vous n’en savez rien, prévenez vos administrateurs.',
      ],
    },
    ownKeyRevoked: {
      subject: 'Une de vos clés a été révoquée',
      heading: 'Une de vos clés a été révoquée chez {organization}',
      paragraphs: [
        'Quelqu’un d’autre a révoqué une de vos clés. Tout ce qui l’utilise encore est désormais refusé.',
        'Clé : {key} ({hint})',
        'Révoquée par {actor} le {at}.',
      ],
    },
    keyExpiring: {
      subject: 'Une clé expire bientôt : {key}',
      heading: 'Une clé de {organization} expire bientôt',
      paragraphs: [
        'La clé {key} ({hint}) expire le {expiresAt}. Tout ce qui l’utilise cessera alors de fonctionner.',
        'Elle appartient au compte de service {serviceAccount}.',
        'Remplacez la clé à temps : l’ancienne et la nouvelle peuvent fonctionner ensemble pendant que vous changez le client.',
      ],
    },
    keyExpired: {
      subject: 'Une clé a expiré : {key}',
      heading: 'Une clé de {organization} a expiré',
      paragraphs: [
        'La clé {key} ({hint}) a expiré le {expiresAt}. Tout ce qui l’utilise est désormais refusé.',
        'Elle appartient au compte de service {serviceAccount}.',
        'Créez une nouvelle clé et saisissez-la dans le client.',
      ],
    },
    keyLeaked: {
      subject: 'Une clé a été trouvée à découvert : {key}',
      heading: 'Une clé de {organization} a fuité',
      paragraphs: [
        'Quelqu’un a trouvé la clé {key} ({hint}) à un endroit où d’autres peuvent la lire.',
        'Elle a été trouvée ici : {source}',
        'Elle a été révoquée le {revokedAt}. Tout ce qui l’utilise est désormais refusé : créez une nouvelle clé.',
        'La clé {openKey} fonctionne toujours. Révoquez-la maintenant et créez-en une nouvelle.',
        'Vérifiez les dernières utilisations de la clé : certaines ne sont peut-être pas les vôtres.',
      ],
    },
    keyOwnerLeft: {
      subject: 'Une clé a perdu son propriétaire : {key}',
      heading: 'Le propriétaire d’une clé a quitté {organization}',
      paragraphs: [
        'Le compte de {owner} n’est plus actif ; la clé {key} ({hint}) ne fonctionne donc plus.',
        'Le provisionnement par la connexion {connection} est à l’arrêt tant qu’aucune autre clé n’est utilisée.',
        'C’est arrivé le {at}.',
        'Créez une clé pour un compte de service et saisissez-la dans le client : elle reste valable quand les personnes partent.',
      ],
    },
    webhookDisabled: {
      subject: 'Un webhook a été désactivé : {webhook}',
      heading: 'Un webhook de {organization} a été désactivé',
      paragraphs: [
        'Le webhook {webhook} ({host}) a été désactivé. Il ne reçoit plus rien tant que personne ne le réactive.',
        'Il a répondu le {goneAt} qu’il n’existe plus (410).',
        'Rien ne lui est parvenu depuis le {failingSinceAt}.',
        'Consultez ses envois, réparez le point de terminaison, réactivez le webhook et renvoyez ce qu’il a manqué.',
      ],
    },
    certificateExpiring: {
      subject: 'Un certificat expire bientôt : {identityProvider}',
      heading: 'Un certificat d’un fournisseur d’identité de {organization} expire bientôt',
      paragraphs: [
        'Un certificat avec lequel le fournisseur d’identité {identityProvider} signe expire le {expiresAt}.',
        'Son empreinte : {fingerprint}',
        'Si ses métadonnées ne contiennent pas le suivant d’ici là, plus personne ne pourra se connecter par lui.',
        'Demandez les nouvelles métadonnées à qui gère le fournisseur d’identité, ou faites-les relire.',
      ],
    },
    holdWaiting: {
      subject: 'Une modification en masse attend : {connection}',
      heading: 'Une modification en masse chez {organization} attend votre décision',
      paragraphs: [
        '{changes} modifications de la connexion {connection} attendent une décision depuis le {openedAt}. Rien n’en a été appliqué.',
        'Regardez les noms, puis approuvez-les ou rejetez-les. Si personne ne décide avant le {expiresAt}, elles sont abandonnées et le fournisseur d’identité continue de les demander.',
      ],
    },
    appQuarantined: {
      subject: 'Une application ne répond plus : {app}',
      heading: 'L’application {app} de {organization} ne fonctionne plus',
      paragraphs: [
        'Depuis le {sinceAt}, presque rien ne parvient à l’application {app}. Seuls des essais lui sont encore envoyés, automatiquement ; tout le reste attend et rien n’est perdu.',
        'La raison (en anglais) : {meaning}',
        'Que faire (en anglais) : {remedy}',
        'Réponse de l’application : {detail}',
        'Dès que les essais réussissent, tout reprend de lui-même. Vous pouvez aussi demander un essai immédiat.',
      ],
    },
    appPaused: {
      subject: 'Une application a été suspendue : {app}',
      heading: 'L’application {app} de {organization} a été suspendue',
      paragraphs: [
        'Rien n’est parvenu à l’application {app} depuis le {sinceAt} ; elle a donc été suspendue. Rien n’est perdu : les liens, les règles et les opérations en attente sont conservés.',
        'La raison (en anglais) : {meaning}',
        'Que faire (en anglais) : {remedy}',
        'Une fois le problème résolu, reprenez l’application ; elle continue là où elle s’était arrêtée.',
      ],
    },
    appWorkHeld: {
      subject: '{count} opérations sur {app} vous attendent',
      heading: '{count} opérations sur l’application {app} de {organization} attendent votre décision',
      paragraphs: [
        'Dans l’application {app}, {count} comptes, groupes ou membres seraient désactivés, supprimés, retirés ou vidés, alors que {allowance} peuvent passer par jour. Rien n’a été envoyé.',
        'La cause la plus fréquente, pour {causeCount} d’entre eux : {cause}',
        'Regardez les noms, puis approuvez tout, une partie ou rien. Si personne ne décide avant le {lapsesAt}, tout est réexaminé.',
      ],
    },
    appEscrowGrown: {
      subject: '{count} objets ne peuvent pas être provisionnés dans {app}',
      heading: 'L’application {app} de {organization} refuse {count} personnes ou équipes',
      paragraphs: [
        'Au {at}, {count} personnes ou équipes n’ont pas pu être provisionnées dans l’application {app}. De nouveaux essais ont lieu automatiquement, de moins en moins souvent.',
        'La raison la plus fréquente (en anglais) : {meaning}',
        'Que faire (en anglais) : {remedy}',
      ],
    },
    sourceReadHeld: {
      subject: 'Une lecture de {source} attend votre décision',
      heading: 'Une lecture de la source {source} de {organization} paraît anormale',
      paragraphs: [
        'Le {at}, la source {source} a envoyé des données si différentes des précédentes que rien n’en a été repris.',
        'Ce qui paraît anormal (en anglais) : {detail}',
        'Examinez la lecture, puis approuvez-la ou rejetez-la. D’ici là, tout reste en l’état.',
      ],
    },
    sourceReadFailed: {
      subject: 'La source {source} est illisible',
      heading: 'La source {source} de {organization} n’a pas pu être lue',
      paragraphs: [
        'Le {at}, la source {source} n’a pas pu être lue. Personne n’a été modifié ni désactivé pour autant.',
        'Pourquoi (en anglais) : {meaning}',
        'Que faire (en anglais) : {remedy}',
        'Détails (en anglais) : {detail}',
      ],
    },
    appLeaversWaiting: {
      subject: 'Des personnes parties ont encore accès à {app} : {count}',
      heading: 'Des personnes qui ont quitté {organization} ont encore leur compte dans l’application {app}',
      paragraphs: [
        'Dans l’application {app}, des comptes de personnes parties devraient être désactivés, et cela n’aboutit pas : {count}. Le premier attend depuis le {sinceAt}.',
        'Regardez l’état de l’application et ce qu’elle refuse. En attendant, désactivez ces comptes à la main dans l’application.',
        'Dès que l’application l’accepte, tout continue de soi-même.',
      ],
    },
    appPlanWaiting: {
      subject: 'Un plan pour {app} vous attend',
      heading: 'Le rapprochement de l’application {app} de {organization} a produit un plan',
      paragraphs: [
        'L’application {app} a été comparée à ce qu’elle devrait contenir. Le plan ferait : {summary}. Rien n’a été envoyé.',
        'Regardez le plan, puis appliquez-le ou rejetez-le. Après le {expiresAt}, il faudra le refaire.',
      ],
    },
    appCredentialsExpiring: {
      subject: 'Les identifiants d’une application expirent bientôt : {app}',
      heading: 'Les identifiants de l’application {app} de {organization} expirent bientôt',
      paragraphs: [
        'Les identifiants avec lesquels {organization} accède à l’application {app} expirent le {expiresAt}. Ensuite, plus rien ne lui parvient : les nouveaux venus n’ont pas de compte, et ceux qui partent gardent le leur.',
        'Créez de nouveaux identifiants dans l’application et saisissez-les ici avec leur date de fin. L’application reprend là où elle s’était arrêtée.',
      ],
    },
    metadataRefused: {
      subject: 'Les métadonnées de {identityProvider} ont été refusées',
      heading: 'Des métadonnées d’un fournisseur d’identité de {organization} ont été refusées',
      paragraphs: [
        'Les métadonnées du fournisseur d’identité {identityProvider} ont été relues le {at} et refusées. Ce qui était connu reste valable : la connexion fonctionne toujours.',
        'La raison : {reason}',
        'Demandez à qui gère le fournisseur d’identité si ce document est bien le sien, avant de changer quoi que ce soit ici. Elles sont relues toutes les heures.',
      ],
    },
    serviceAccountDisabled: {
      subject: 'Le compte de service {serviceAccount} a été désactivé',
      heading: 'Un compte de service a été désactivé chez {organization}',
      paragraphs: [
        'Le compte de service {serviceAccount} a été désactivé. Ses clés sont refusées jusqu’à sa réactivation.',
        'Désactivé par {actor} le {at}.',
      ],
    },
    passkeyAdded: {
      subject: 'Une clé d’accès a été ajoutée à votre compte',
      heading: 'Nouvelle clé d’accès chez {organization}',
      paragraphs: [
        'La clé d’accès {name} a été ajoutée à votre compte. Qui la possède peut se connecter à votre place.',
        'Date : {at}.',
        'Ce n’était pas vous ? Connectez-vous, supprimez cette clé, fermez vos autres sessions et prévenez votre administrateur.',
      ],
    },
    passkeyRemoved: {
      subject: 'Une clé d’accès a été retirée de votre compte',
      heading: 'Clé d’accès retirée chez {organization}',
      paragraphs: [
        'La clé d’accès {name} a été retirée de votre compte et n’ouvre plus rien.',
        'Date : {at}.',
        'Ce n’était pas vous ? Prévenez tout de suite votre administrateur.',
      ],
    },
    totpAdded: {
      subject: 'Une application d’authentification a été ajoutée à votre compte',
      heading: 'Codes à usage unique chez {organization}',
      paragraphs: [
        'Désormais, un code de l’application d’authentification vous sera demandé quand vous vous connecterez avec votre mot de passe.',
        'Date : {at}.',
        'Ce n’était pas vous ? Prévenez tout de suite votre administrateur.',
      ],
    },
    totpRemoved: {
      subject: 'L’application d’authentification a été retirée de votre compte',
      heading: 'Plus de codes à usage unique chez {organization}',
      paragraphs: [
        'L’application d’authentification a été retirée de votre compte. Ses codes ne sont plus acceptés.',
        'Date : {at}.',
        'Ce n’était pas vous ? Prévenez tout de suite votre administrateur.',
      ],
    },
    recoveryCodesMade: {
      subject: 'De nouveaux codes de secours ont été créés pour votre compte',
      heading: 'Nouveaux codes de secours chez {organization}',
      paragraphs: [
        'De nouveaux codes de secours ont été créés pour votre compte. Les anciens ne valent plus rien.',
        'Date : {at}.',
        'Ce n’était pas vous ? Prévenez tout de suite votre administrateur.',
      ],
    },
    recoveryCodeUsed: {
      subject: 'Un code de secours a été utilisé pour votre compte',
      heading: 'Code de secours utilisé chez {organization}',
      paragraphs: [
        'Un de vos codes de secours a été utilisé. Codes restants : {left}.',
        'Date : {at}.',
        'Ce n’était pas vous ? Connectez-vous, créez de nouveaux codes, fermez vos autres sessions et prévenez votre administrateur.',
      ],
    },
    factorsReset: {
      subject: 'Vos moyens de connexion ont été réinitialisés',
      heading: 'Réinitialisation chez {organization}',
      paragraphs: [
        'Un administrateur a retiré de votre compte les clés d’accès, l’application d’authentification ou les codes de secours, et vous avez été déconnecté partout.',
        'Motif : {reason}',
        'Date : {at}.',
        'Configurez-les de nouveau à votre prochaine connexion. Vous n’aviez rien demandé ? Prévenez votre administrateur.',
      ],
    },
    passwordForgotten: {
      subject: 'Choisissez un nouveau mot de passe pour {organization}',
      heading: 'Un nouveau mot de passe',
      paragraphs: [
        'Un nouveau mot de passe a été demandé pour votre compte chez {organization}. Choisissez-le avec ce lien.',
        'Le lien fonctionne une fois, dans les {minutes} minutes qui suivent cet e-mail.',
        'Vous n’avez rien demandé ? Alors ignorez cet e-mail : votre mot de passe ne change pas.',
      ],
      button: 'Choisir un mot de passe',
    },
    emailConfirmNew: {
      subject: 'Confirmez votre nouvelle adresse pour {organization}',
      heading: 'Une nouvelle adresse e-mail',
      paragraphs: [
        '{address} doit devenir l’adresse de votre compte chez {organization}. Confirmez qu’elle est à vous.',
        'L’adresse change quand elle est confirmée aussi à l’adresse actuelle. Le lien fonctionne pendant {hours} heures.',
        'Vous n’avez rien demandé ? Alors ignorez cet e-mail : rien ne change.',
      ],
      button: 'Confirmer mon adresse',
    },
    emailConfirmOld: {
      subject: 'Votre adresse chez {organization} doit changer',
      heading: 'Votre adresse e-mail doit changer',
      paragraphs: [
        'Quelqu’un qui est connecté en votre nom veut que {address} devienne l’adresse de votre compte chez {organization}, à la place de celle-ci.',
        'Elle ne change que si vous l’autorisez avec ce lien. Le lien fonctionne pendant {hours} heures.',
        'Vous n’avez rien demandé ? Alors n’ouvrez pas le lien, changez votre mot de passe et prévenez vos administrateurs.',
      ],
      button: 'Autoriser le changement',
    },
    setupLink: {
      subject: 'Connecter {provider} à {organization}',
      heading: 'Connecter {provider} à {organization}',
      paragraphs: [
        'On vous demande de connecter {provider} à {organization}. La page derrière le bouton vous guide étape par étape, avec chaque valeur à copier, et montre aussitôt si cela fonctionne. Aucun compte n’est nécessaire.',
        'Vous devez être administrateur de {provider}. Vous pouvez transmettre cet e-mail à la personne qui l’est.',
        'Le lien fonctionne jusqu’au {expiresAt}.',
        'Vous n’attendiez pas cet e-mail ? Renseignez-vous auprès de {organization} avant de l’ouvrir.',
      ],
      button: 'Commencer',
    },
    test: {
      subject: 'E-mail de test de Rollcall',
      heading: 'L’envoi d’e-mails fonctionne',
      paragraphs: [
        'Ceci est un e-mail de test pour {organization}. Si vous pouvez le lire, Rollcall sait envoyer des e-mails.',
        'Demandé le {at}.',
      ],
    },
  },
  copyLink: 'Si le bouton ne fonctionne pas, copiez cette adresse dans votre navigateur :',
  footer: 'Envoyé automatiquement par Rollcall pour {organization}. Les réponses ne sont pas lues.',
}
