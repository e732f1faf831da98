create table fruit (
  id bigint generated always as identity primary key,
  name text not null constraint fruit_name_unique unique
);
--> statement-breakpoint
create function count_fruit() returns bigint language sql stable return (select count(*) from fruit);
