--[[
  Finds the commands of Corral that the user of the connection may not run. docs/security.md has
  the same list.

  KEYS    any key of the cache manager, which is also used as a channel
  ARGV    none
  Result  the names of the commands that the user may not run, or not with this key or channel;
          none before Redis 7.0, which cannot answer
]]
local key = KEYS[1]
local COMMANDS = {
  {'eval', '', 1, key}, {'evalsha', '', 1, key}, {'time'}, {'ping'}, {'scan', 0},
  {'type', key}, {'exists', key}, {'unlink', key}, {'rename', key, key},
  {'persist', key}, {'pexpire', key, 0}, {'pexpireat', key, 0}, {'pttl', key},
  {'get', key}, {'getrange', key, 0, 0}, {'mget', key}, {'mset', key, ''},
  {'set', key, ''}, {'setnx', key, ''}, {'setrange', key, 0, ''}, {'psetex', key, 1, ''},
  {'hdel', key, ''}, {'hexists', key, ''}, {'hget', key, ''}, {'hgetall', key},
  {'hincrby', key, '', 0}, {'hkeys', key}, {'hlen', key},
  {'hmget', key, ''}, {'hmset', key, '', ''},
  {'hscan', key, 0}, {'hset', key, '', ''}, {'hsetnx', key, '', ''},
  {'zadd', key, 0, ''}, {'zcount', key, 0, 0}, {'zrange', key, 0, 0},
  {'zrangebyscore', key, 0, 0}, {'zrem', key, ''}, {'zscore', key, ''},
  {'zunionstore', key, 1, key},
  {'publish', key, ''}, {'spublish', key, ''}, {'subscribe', key}, {'ssubscribe', key},
  {'unsubscribe', key}, {'sunsubscribe', key},
}
local missing = {}
if redis.acl_check_cmd then
  for _, command in ipairs(COMMANDS) do
    if not redis.acl_check_cmd(unpack(command)) then missing[#missing + 1] = command[1] end
  end
end
return missing
