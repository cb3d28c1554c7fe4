#!/usr/bin/env escript
%% The turnstile on gen_statem: prints the nanoseconds of a call, each of which changes the state.
-mode(compile).
-export([init/1, callback_mode/0, locked/3, unlocked/3]).

main([Calls]) ->
    N = list_to_integer(Calls),
    Self = self(),
    %% As a process of its own, so that its heap is the default one.
    spawn_link(fun() -> Self ! {time, run(N)} end),
    receive {time, Time} -> io:format("~.3f~n", [Time / N]) end.

run(N) ->
    {ok, Pid} = gen_statem:start_link(?MODULE, [], []),
    loop(Pid, 1000),
    Start = erlang:monotonic_time(nanosecond),
    loop(Pid, N div 2),
    erlang:monotonic_time(nanosecond) - Start.

loop(_, 0) -> ok;
loop(Pid, N) ->
    _ = gen_statem:call(Pid, coin),
    _ = gen_statem:call(Pid, push),
    loop(Pid, N - 1).

init([]) -> {ok, locked, {0, 0}}.

callback_mode() -> state_functions.

locked({call, From}, coin, {Coins, Pushes}) ->
    {next_state, unlocked, {Coins + 1, Pushes}, [{reply, From, Coins + 1}]};
locked({call, From}, push, {_, Pushes}) ->
    {keep_state_and_data, [{reply, From, Pushes}]}.

unlocked({call, From}, push, {Coins, Pushes}) ->
    {next_state, locked, {Coins, Pushes + 1}, [{reply, From, Pushes + 1}]};
unlocked({call, From}, coin, {Coins, Pushes}) ->
    {keep_state, {Coins + 1, Pushes}, [{reply, From, Coins + 1}]}.
