%% The work of src/bin/tables on ETS and persistent_term: nanoseconds for one operation, the middle of
%% five runs.
-module(otp_tables).
-export([main/0]).

-define(KEYS, 100000).

main() ->
    Set = filled(set),
    Ordered = filled(ordered_set),
    persistent_term:put(term, {1, 2, 3, 4}),
    show("table_read", 500000, fun(N) -> reads(Set, N, 1) end),
    show("table_write", 200000, fun(N) -> writes(Set, N, 1) end),
    show("public count, 2 thr.", 200000, fun(N) -> two(fun() -> counts(Set, N div 2, 1) end) end),
    show("ordered read", 200000, fun(N) -> reads(Ordered, N, 1) end),
    show("ordered write", 100000, fun(N) -> writes(Ordered, N, 1) end),
    show("ordered range of 10", 50000, fun(N) -> ranges(Ordered, N, 1) end),
    show("public ordered, 2 thr.", 100000, fun(N) -> two(fun() -> writes(Ordered, N div 2, 1) end) end),
    show("term", 2000000, fun terms/1),
    halt(0).

filled(Type) ->
    Table = ets:new(table, [Type, public, {read_concurrency, true}, {write_concurrency, true}]),
    [ets:insert(Table, {Key, Key}) || Key <- lists:seq(0, ?KEYS - 1)],
    Table.

show(Name, Count, Run) ->
    Times = [element(1, timer:tc(fun() -> Run(Count) end)) || _ <- lists:seq(1, 5)],
    Middle = lists:nth(3, lists:sort(Times)),
    io:format("~-22s ~10.1f~n", [Name, Middle * 1000 / Count]).

%% In an order that has no pattern; small numbers, so that none is a bignum.
next(Seed) -> (Seed * 1103515245 + 12345) band 16#7fffffff.

reads(_, 0, _) -> ok;
reads(Table, N, Seed) -> [_] = ets:lookup(Table, Seed rem ?KEYS), reads(Table, N - 1, next(Seed)).

writes(_, 0, _) -> ok;
writes(Table, N, Seed) -> ets:insert(Table, {Seed rem ?KEYS, N}), writes(Table, N - 1, next(Seed)).

counts(_, 0, _) -> ok;
counts(Table, N, Seed) -> ets:update_counter(Table, Seed rem ?KEYS, 1), counts(Table, N - 1, next(Seed)).

ranges(_, 0, _) -> ok;
ranges(Table, N, Seed) -> walk(Table, Seed rem ?KEYS, 10, 0), ranges(Table, N - 1, next(Seed)).

walk(_, '$end_of_table', _, Sum) -> Sum;
walk(_, _, 0, Sum) -> Sum;
walk(Table, Key, Left, Sum) ->
    [{_, Value}] = ets:lookup(Table, Key),
    walk(Table, ets:next(Table, Key), Left - 1, Sum + Value).

terms(0) -> ok;
terms(N) -> 1 = element(1, persistent_term:get(term)), terms(N - 1).

two(Run) ->
    Monitors = [element(2, spawn_monitor(Run)) || _ <- [1, 2]],
    [receive {'DOWN', Monitor, process, _, normal} -> ok end || Monitor <- Monitors].
