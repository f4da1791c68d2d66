"""Names that are known without any MIB file: what RFCs call the notifications that nearly every device sends."""

Oid = tuple[int, ...]


def _under(oid: str, *names: str) -> dict[Oid, tuple[str, dict[int, str]]]:
    """Names `number:name` under an OID, with the words of their numbers behind it: `7:ifAdminStatus up down`."""
    above = tuple(int(part) for part in oid.split("."))
    made = {}
    for each in names:
        named, *words = each.split()
        number, _, name = named.partition(":")
        made[(*above, int(number))] = (name, dict(enumerate(words, start=1)))
    return made


# SNMPv2-SMI, SNMPv2-MIB, IF-MIB, ENTITY-MIB, BRIDGE-MIB, BGP4-MIB, OSPF-TRAP-MIB, UPS-MIB, HOST-RESOURCES-MIB
STANDARD: dict[Oid, tuple[str, dict[int, str]]] = {
    **_under("1", "0:ccitt", "2:joint-iso-ccitt", "3:org"),
    (1,): ("iso", {}),
    **_under("1.3", "6:dod"),
    **_under("1.3.6", "1:internet"),
    **_under("1.3.6.1", "1:directory", "2:mgmt", "3:experimental", "4:private", "5:security", "6:snmpV2"),
    **_under("1.3.6.1.4", "1:enterprises"),
    **_under("1.3.6.1.2", "1:mib-2"),
    **_under("1.3.6.1.6", "3:snmpModules"),
    **_under("1.3.6.1.6.3.1.1.5", "1:coldStart", "2:warmStart", "3:linkDown", "4:linkUp", "5:authenticationFailure",
             "6:egpNeighborLoss"),
    **_under("1.3.6.1.6.3.1.1.4", "1:snmpTrapOID", "3:snmpTrapEnterprise"),
    **_under("1.3.6.1.6.3.18.1", "3:snmpTrapAddress", "4:snmpTrapCommunity"),
    **_under("1.3.6.1.2.1", "1:system", "2:interfaces", "17:dot1dBridge", "25:host", "31:ifMIB", "47:entityMIB"),
    **_under("1.3.6.1.2.1.1", "1:sysDescr", "2:sysObjectID", "3:sysUpTime", "4:sysContact", "5:sysName",
             "6:sysLocation"),
    **_under("1.3.6.1.2.1.2.2.1", "1:ifIndex", "2:ifDescr", "3:ifType", "5:ifSpeed", "6:ifPhysAddress",
             "7:ifAdminStatus up down testing",
             "8:ifOperStatus up down testing unknown dormant notPresent lowerLayerDown"),
    **_under("1.3.6.1.2.1.31.1.1.1", "1:ifName", "18:ifAlias"),
    **_under("1.3.6.1.2.1.17.0", "1:newRoot", "2:topologyChange"),
    **_under("1.3.6.1.2.1.47.2.0", "1:entConfigChange"),
    **_under("1.3.6.1.2.1.15.7", "1:bgpEstablished", "2:bgpBackwardTransition"),
    **_under("1.3.6.1.2.1.15.0", "1:bgpEstablishedNotification", "2:bgpBackwardTransNotification"),
    **_under("1.3.6.1.2.1.15.3.1", "2:bgpPeerState idle connect active opensent openconfirm established",
             "14:bgpPeerLastError"),
    **_under("1.3.6.1.2.1.14.16.2", "1:ospfVirtIfStateChange", "2:ospfNbrStateChange", "16:ospfIfStateChange"),
    **_under("1.3.6.1.2.1.33.2", "1:upsTrapOnBattery", "2:upsTrapTestCompleted", "3:upsTrapAlarmEntryAdded",
             "4:upsTrapAlarmEntryRemoved"),
}  # fmt: skip
