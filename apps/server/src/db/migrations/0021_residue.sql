-- How the identity provider wrote the NameID of a session: { format, nameQualifier, spNameQualifier }, those that it gave.
-- A request to log out names the person exactly so (saml-core-2.0-os §3.7.1, §2.2.2).
alter table sessions add column external_name_form jsonb;
