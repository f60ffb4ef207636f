namespace DataBright.Market.Trust;

public enum TrustedRole
{
    Scheduler = 1,
    Referee,
}
