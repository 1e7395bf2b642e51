create table if not exists book (
  id bigint primary key,
  title varchar(200) not null,
  author varchar(200) not null,
  cents int not null
);
