create table color (name text primary key);
--> statement-breakpoint
insert into color values ('red'), ('yellow');
--> statement-breakpoint
create table fruit (
  id bigint generated always as identity primary key,
  name text not null,
  color text not null references color
);
--> statement-breakpoint
create table eaten (at timestamptz not null, fruit text not null) partition by range (at);
--> statement-breakpoint
create table eaten_so_far partition of eaten for values from (minvalue) to (maxvalue);
