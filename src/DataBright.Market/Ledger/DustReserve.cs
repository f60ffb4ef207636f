namespace DataBright.Market;

/// <summary>
/// What each contract that holds other people's money keeps for good. Money writes a new balance for 17,100 gas more than it
/// changes one, so without it whoever puts a bond into an empty contract would pay that, and again whenever it had become empty.
/// </summary>
internal static class DustReserve
{
    public static readonly Money Sum = new(1);
}
