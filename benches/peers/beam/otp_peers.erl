%% The work of src/workload.rs on Erlang's gen_server and supervisor. Prints the measured value, in the workload's
%% unit, or an error and exit code 1.
-module(otp_peers).
-behaviour(gen_server).
-export([main/1, give_up/1]).
-export([init/1, handle_call/3, handle_cast/2]).

main([Workload | Arguments]) ->
    [Clients, WarmUp, Count, Ring, Keys, Group, Restarts, Seconds] = [list_to_integer(A) || A <- Arguments],
    %% One that hangs has lost a message.
    timer:apply_after(Seconds * 1000, ?MODULE, give_up, [Seconds]),
    %% Nobody's crashes are printed.
    logger:set_primary_config(level, none),
    Run = fun(N) -> run(list_to_atom(Workload), N, {Clients, Ring, Keys, Group, Restarts}) end,
    %% As a process of its own, so that its heap is the default one.
    {Pid, Monitor} = spawn_monitor(fun() -> Run(WarmUp), exit({value, Run(Count)}) end),
    receive
        {'DOWN', Monitor, process, Pid, {value, Value}} ->
            io:format("~.3f~n", [float(Value)]),
            halt(0);
        {'DOWN', Monitor, process, Pid, Reason} ->
            io:format(standard_error, "~p~n", [Reason]),
            halt(1)
    end.

give_up(Seconds) ->
    io:format(standard_error, "not done after ~p s~n", [Seconds]),
    halt(1).

run(call_seq, Calls, _) ->
    Server = start({counter, 0}),
    Time = timed(fun() -> calls(Server, Calls) end),
    same(count, gen_server:call(Server, {add, 0}), Calls),
    Time / Calls;
run(call_conc, Calls, {Clients, _, _, _, _}) ->
    Server = start({counter, 0}),
    Time = timed(fun() -> in_parallel(Clients, fun(_) -> calls(Server, Calls) end) end),
    same(count, gen_server:call(Server, {add, 0}), Clients * Calls),
    per_second(Clients * Calls, Time);
run(cast, Casts, _) ->
    Server = start({counter, 0}),
    Time = timed(fun() ->
        casts(Server, Casts),
        same(count, gen_server:call(Server, {add, 0}, infinity), Casts)
    end),
    per_second(Casts, Time);
run(cast_mpsc, Casts, {Clients, _, _, _, _}) ->
    Server = start({counter, 0}),
    Time = timed(fun() ->
        in_parallel(Clients, fun(_) -> casts(Server, Casts) end),
        same(count, gen_server:call(Server, {add, 0}, infinity), Clients * Casts)
    end),
    per_second(Clients * Casts, Time);
run(spawn, Count, _) ->
    Start = erlang:monotonic_time(nanosecond),
    Servers = start_all(Count),
    Time = erlang:monotonic_time(nanosecond) - Start,
    all_answer(Servers),
    per_second(Count, Time);
run(memory, Count, _) ->
    erlang:garbage_collect(),
    Before = resident_bytes(),
    Servers = start_all(Count),
    erlang:garbage_collect(),
    timer:sleep(20),
    After = resident_bytes(),
    all_answer(Servers),
    (After - Before) / Count;
run(ring, Hops, {_, Ring, _, _, _}) ->
    Nodes = [start({node, self()}) || _ <- lists:seq(1, Ring)],
    [First | Rest] = Nodes,
    lists:zipwith(fun(Node, Next) -> ok = gen_server:call(Node, {link, Next}) end,
                  Nodes, Rest ++ [First]),
    Time = timed(fun() ->
        gen_server:cast(First, {token, Hops}),
        receive done -> ok end
    end),
    same(hops, lists:sum([gen_server:call(Node, seen) || Node <- Nodes]), Hops),
    per_second(Hops, Time);
run(read_mostly, Reads, {Clients, _, Keys, _, _}) ->
    Server = start(rates),
    [ok = gen_server:call(Server, {publish, Key, Key + 1}) || Key <- lists:seq(0, Keys - 1)],
    Table = gen_server:call(Server, table),
    Parent = self(),
    Time = timed(fun() ->
        in_parallel(Clients, fun(Client) ->
            Parent ! {sum, Client, sum_ets(Table, Keys, Client, Reads, 0)}
        end)
    end),
    [receive {sum, Client, Sum} -> same(sum, Sum, sum(Keys, Client, Reads, 0)) end
     || Client <- lists:seq(0, Clients - 1)],
    per_second(Clients * Reads, Time);
run(restart, Count, {_, _, _, _, Restarts}) -> restarts(Count, one_for_one, 1, Restarts, 0) / Count / 1000;
run(one_for_all, Count, {_, _, _, Group, Restarts}) ->
    restarts(Count, one_for_all, Group, Restarts, 0) / Count / 1000;
run(task, Count, _) ->
    Time = timed(fun() -> same(sum, tasks(0, Count, 0), Count * (Count - 1) div 2) end),
    Time / Count;
run(stream, Count, {AtATime, _, _, _, _}) ->
    Time = timed(fun() ->
        Window = queue:from_list([async(N) || N <- lists:seq(0, AtATime - 1)]),
        same(sum, stream(AtATime, Count, Window, 0), Count * (Count - 1) div 2)
    end),
    per_second(Count, Time);
run(start_child, Count, _) ->
    Supervisor = supervise(dynamic),
    Start = erlang:monotonic_time(nanosecond),
    Servers = start_children(Supervisor, Count),
    Time = erlang:monotonic_time(nanosecond) - Start,
    all_answer(Servers),
    per_second(Count, Time);
run(memory_supervised, Count, _) ->
    Supervisor = supervise(dynamic),
    erlang:garbage_collect(),
    Before = resident_bytes(),
    Servers = start_children(Supervisor, Count),
    erlang:garbage_collect(),
    timer:sleep(20),
    After = resident_bytes(),
    all_answer(Servers),
    (After - Before) / Count;
run(stop_tree, Count, _) ->
    Supervisor = supervise({one_for_one, [child(N, []) || N <- lists:seq(1, Count)]}),
    Servers = [Server || {_, Server, _, _} <- supervisor:which_children(Supervisor)],
    all_answer(Servers),
    Time = timed(fun() -> gen_server:stop(Supervisor, shutdown, infinity) end),
    [same(alive, is_process_alive(Server), false) || Server <- Servers],
    per_second(Count, Time).

calls(_Server, 0) -> ok;
calls(Server, N) -> _ = gen_server:call(Server, {add, 1}, infinity), calls(Server, N - 1).

casts(_Server, 0) -> ok;
casts(Server, N) -> gen_server:cast(Server, bump), casts(Server, N - 1).

sum_ets(_Table, _Keys, _From, 0, Sum) -> Sum;
sum_ets(Table, Keys, From, N, Sum) ->
    sum_ets(Table, Keys, From + 1, N - 1, Sum + ets:lookup_element(Table, From rem Keys, 2)).

sum(_Keys, _From, 0, Sum) -> Sum;
sum(Keys, From, N, Sum) -> sum(Keys, From + 1, N - 1, Sum + From rem Keys + 1).

start(Argument) ->
    {ok, Server} = gen_server:start(?MODULE, Argument, []),
    Server.

start_all(Count) -> [start({counter, 0}) || _ <- lists:seq(1, Count)].

%% The time of so many restarts of Children together, the failure of the middle one each time.
restarts(0, _Strategy, _Children, _Batch, Time) -> Time;
restarts(Left, Strategy, Children, Batch, Time) ->
    Names = [list_to_atom("child" ++ integer_to_list(N)) || N <- lists:seq(1, Children)],
    Supervisor = supervise({Strategy, [child(Name, [{local, Name}]) || Name <- Names]}),
    Now = min(Left, Batch),
    Took = [begin
        all_answer(Names),
        timed(fun() ->
            gen_server:cast(lists:nth(Children div 2 + 1, Names), crash),
            lists:foreach(fun new_answer/1, Names)
        end)
    end || _ <- lists:seq(1, Now)],
    gen_server:stop(Supervisor, shutdown, infinity),
    restarts(Left - Now, Strategy, Children, Batch, Time + lists:sum(Took)).

%% Returns when one answers that has not counted yet.
new_answer(Name) ->
    case catch gen_server:call(Name, {add, 0}, infinity) of
        0 -> ok;
        _ -> erlang:yield(), new_answer(Name)
    end.

supervise(What) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {supervisor, What}),
    unlink(Supervisor),
    Supervisor.

child(Id, Name) ->
    #{id => Id, start => {gen_server, start_link, Name ++ [?MODULE, {counter, 0}, []]}}.

start_children(Supervisor, Count) ->
    [begin {ok, Server} = supervisor:start_child(Supervisor, []), Server end
     || _ <- lists:seq(1, Count)].

%% Each server is there and has its own state.
all_answer(Servers) ->
    [same('count of a server', gen_server:call(Server, {add, 1}), 1) || Server <- Servers].

in_parallel(Clients, Client) ->
    Monitors = [spawn_monitor(fun() -> Client(N) end) || N <- lists:seq(0, Clients - 1)],
    [receive {'DOWN', Monitor, process, Pid, Reason} -> same(exit, Reason, normal) end
     || {Pid, Monitor} <- Monitors].

timed(Work) ->
    Start = erlang:monotonic_time(nanosecond),
    Work(),
    erlang:monotonic_time(nanosecond) - Start.

per_second(Count, Time) -> Count * 1.0e9 / Time.

same(_What, Wanted, Wanted) -> ok;
same(What, Got, Wanted) -> exit({What, is, Got, 'not', Wanted}).

resident_bytes() ->
    {ok, Status} = file:read_file("/proc/self/status"),
    {match, [Kib]} = re:run(Status, "VmRSS:\\s+(\\d+) kB", [{capture, all_but_first, list}]),
    1024 * list_to_integer(Kib).

%% The supervisors, and the servers: a counter (its state is the count), a node of the ring, and an owner of a table.

init({supervisor, dynamic}) ->
    {ok, {#{strategy => simple_one_for_one},
          [(child(counter, []))#{restart => temporary}]}};
init({supervisor, {Strategy, Children}}) ->
    {ok, {#{strategy => Strategy, intensity => 1000000, period => 1}, Children}};
init({counter, Count}) -> {ok, Count};
init({node, Done}) -> {ok, {none, 0, Done}};
init(rates) -> {ok, ets:new(rates, [set, protected, {read_concurrency, true}])}.

handle_call({add, N}, _From, Count) -> {reply, Count + N, Count + N};
handle_call({link, Next}, _From, {_, Seen, Done}) -> {reply, ok, {Next, Seen, Done}};
handle_call(seen, _From, {_, Seen, _} = State) -> {reply, Seen, State};
handle_call({publish, Key, Rate}, _From, Table) -> ets:insert(Table, {Key, Rate}), {reply, ok, Table};
handle_call(table, _From, Table) -> {reply, Table, Table}.

handle_cast(bump, Count) -> {noreply, Count + 1};
handle_cast(crash, _Count) -> error(crash);
handle_cast({token, 1}, {Next, Seen, Done}) -> Done ! done, {noreply, {Next, Seen + 1, Done}};
handle_cast({token, Left}, {Next, Seen, Done}) ->
    gen_server:cast(Next, {token, Left - 1}),
    {noreply, {Next, Seen + 1, Done}}.

%% What Elixir's Task.async does, without its bookkeeping: a process that is linked and watched, and replies.
async(N) ->
    Caller = self(),
    {Pid, Monitor} = spawn_opt(fun() -> Caller ! {self(), N} end, [link, monitor]),
    {Pid, Monitor}.

await({Pid, Monitor}) ->
    receive
        {Pid, Value} ->
            demonitor(Monitor, [flush]),
            Value;
        {'DOWN', Monitor, process, Pid, Reason} ->
            exit(Reason)
    end.

tasks(N, N, Sum) -> Sum;
tasks(N, Count, Sum) -> tasks(N + 1, Count, Sum + await(async(N))).

stream(Next, Count, Window, Sum) ->
    case queue:out(Window) of
        {empty, _} ->
            Sum;
        {{value, Task}, Rest} when Next < Count ->
            Value = await(Task),
            stream(Next + 1, Count, queue:in(async(Next), Rest), Sum + Value);
        {{value, Task}, Rest} ->
            stream(Next, Count, Rest, Sum + await(Task))
    end.
