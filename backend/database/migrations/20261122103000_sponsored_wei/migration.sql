-- AlterTable
ALTER TABLE "sponsor_counters" ADD COLUMN     "wei" DECIMAL(78,0) NOT NULL DEFAULT 0;
