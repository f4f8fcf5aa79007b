-- What no MTA does ends the connection: version 1, and what comes before its time.
dofile(common)
local conn = mt.connect(address)
truly("version 1 is refused", mt.negotiate(conn, 1, 0x0f, 0x7f) ~= nil)
mt.disconnect(conn, false)

conn = open(6, 0, 0)
check("connect", mt.conninfo(conn, "mail.sender.test", "unspec"))
truly("a second connect", mt.conninfo(conn, "mail.sender.test", "unspec") ~= nil)
mt.disconnect(conn, false)

conn = open(6, nil, nil)
greet(conn)
send(conn, "<deliver@example.test>")
same("others go on", mt.getreply(conn), SMFIR_CONTINUE)
mt.disconnect(conn)
