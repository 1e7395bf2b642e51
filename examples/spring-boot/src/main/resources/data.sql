insert into book (id, title, author, cents)
select * from (values
  (1, 'The Left Hand of Darkness', 'Ursula K. Le Guin', 999),
  (2, 'A Wizard of Earthsea', 'Ursula K. Le Guin', 849),
  (3, 'Solaris', 'Stanislaw Lem', 1099)
)
where not exists (select 1 from book);
