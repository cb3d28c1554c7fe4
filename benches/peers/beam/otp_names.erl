%% The work of src/bin/names on ETS and pg. Prints the same lines.
-module(otp_names).
-export([main/1]).

main(Arguments) ->
    [Rounds, Keys, Reads, Members, Names] = [list_to_integer(A) || A <- Arguments],
    registry(Rounds, Keys, Reads),
    groups(Rounds, Members),
    memory(Names),
    halt(0).

registry(Rounds, Keys, Reads) ->
    Table = ets:new(names, [set, public, {read_concurrency, true}]),
    [ets:insert(Table, {Key, {idle(), nil}}) || Key <- lists:seq(0, Keys - 1)],
    Bare = fun(Key) -> [{_, {_, nil}}] = ets:lookup(Table, Key), ok end,
    %% As Elixir's Registry.whereis_name does.
    Alive = fun(Key) -> [{_, {Pid, nil}}] = ets:lookup(Table, Key), true = is_process_alive(Pid), ok end,
    [begin
        Times = [per(Readers * Reads, fun() -> readers(Readers, Keys, Reads, Find) end) || _ <- lists:seq(1, Rounds)],
        print("registry lookup, ~p readers: ~s", [Readers, Name], median(Times), "ns")
     end || Readers <- [1, 8], {Name, Find} <- [{"ETS", Bare}, {"ETS and alive", Alive}]].

readers(Readers, Keys, Reads, Find) ->
    Monitors = [spawn_monitor(fun() -> read(Find, Keys, Reader, Reads) end) || Reader <- lists:seq(0, Readers - 1)],
    [receive {'DOWN', Monitor, process, Pid, normal} -> ok end || {Pid, Monitor} <- Monitors].

read(_Find, _Keys, _At, 0) -> ok;
read(Find, Keys, At, Left) ->
    Find((At * 16#9e3779b9) rem Keys),
    read(Find, Keys, At + 1, Left - 1).

groups(Rounds, Members) ->
    Pids = [idle() || _ <- lists:seq(1, Members)],
    %% All in one group copies the list of its members at each join.
    [begin
        Times = [begin
            {ok, Scope} = pg:start(names),
            Placed = lists:zip(Pids, [N rem Groups || N <- lists:seq(1, Members)]),
            Join = per(Members, fun() -> [ok = pg:join(names, Group, Pid) || {Pid, Group} <- Placed] end),
            Leave = per(Members, fun() -> [ok = pg:leave(names, Group, Pid) || {Pid, Group} <- Placed] end),
            gen_server:stop(Scope),
            {Join, Leave}
        end || _ <- lists:seq(1, Rounds)],
        {Joins, Leaves} = lists:unzip(Times),
        print("group join, ~p groups: pg", [Groups], median(Joins), "ns"),
        print("group leave, ~p groups: pg", [Groups], median(Leaves), "ns")
     end || Groups <- [1000]],
    [exit(Pid, kill) || Pid <- Pids].

memory(Names) ->
    Table = ets:new(names, [set, public, {read_concurrency, true}]),
    Owners = ets:new(owners, [bag, public]),
    Pid = self(),
    Before = ets:info(Table, memory) + ets:info(Owners, memory),
    [begin ets:insert(Table, {Key, {Pid, nil}}), ets:insert(Owners, {{Pid, Key}, Key, Table}) end
     || Key <- lists:seq(1, Names)],
    Words = ets:info(Table, memory) + ets:info(Owners, memory) - Before,
    print("memory of a name: two ETS tables", [], Words * erlang:system_info(wordsize) / Names, "bytes").

idle() -> spawn(fun() -> receive stop -> ok end end).

per(Count, Work) ->
    Start = erlang:monotonic_time(nanosecond),
    Work(),
    (erlang:monotonic_time(nanosecond) - Start) / Count.

median(Values) -> lists:nth(length(Values) div 2 + 1, lists:sort(Values)).

print(Format, Arguments, Value, Unit) ->
    io:format("~-44s ~12.1f ~s~n", [io_lib:format(Format, Arguments), float(Value), Unit]).
